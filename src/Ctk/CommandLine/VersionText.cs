using GpuContainers.Diagnostics;

namespace GpuContainers.Ctk.CommandLine;

/// <summary>The program's version (CT-13).</summary>
internal static class VersionText
{
    /// <summary>Prints version and, if it is known, commit; returns exit status 0.</summary>
    public static int Write(TextWriter output)
    {
        output.Write($"{RootVerb.ProgramName} version {ProductVersion.Text}\n");
        if (ProductVersion.Commit.Length > 0)
            output.Write($"commit: {ProductVersion.Commit}\n");
        return 0;
    }
}
