using System.Reflection;

namespace GpuContainers.Cli;

/// <summary>The program's version (CT-13).</summary>
internal static class VersionText
{
    /// <summary>The version without the commit: "1.20.0".</summary>
    public static string Version => Informational.Split('+')[0];

    /// <summary>The commit it was built of; empty when that is not known.</summary>
    public static string Commit => Informational.Contains('+') ? Informational[(Informational.IndexOf('+', StringComparison.Ordinal) + 1)..] : "";

    private static string Informational { get; } =
        typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Prints version and, if it is known, commit; returns exit status 0.</summary>
    public static int Write(TextWriter output)
    {
        output.Write($"{RootVerb.ProgramName} version {Version}\n");
        if (Commit.Length > 0)
            output.Write($"commit: {Commit}\n");
        return 0;
    }
}
