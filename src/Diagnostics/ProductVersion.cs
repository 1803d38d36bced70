namespace GpuContainers.Diagnostics;

/// <summary>
/// The version of these programs, as the build wrote it down (see the target in the project file): a constant, because reading an attribute at run time
/// takes a hook 0.1 ms.
/// </summary>
public static partial class ProductVersion
{
    private static readonly int s_plus = Informational.IndexOf('+', StringComparison.Ordinal);

    /// <summary>The version, such as "1.20.1".</summary>
    public static string Text => s_plus < 0 ? Informational : Informational[..s_plus];

    /// <summary>What a program says of its version: its name and version and, in a second line, the commit if it is known.</summary>
    public static string Banner(string program) => Banner(program, Text, Commit);

    /// <summary>As <see cref="Banner(string)"/>, for any version; the commit may be empty.</summary>
    public static string Banner(string program, string version, string commit) =>
        $"{program} version {version}\n{(commit.Length == 0 ? "" : $"commit: {commit}\n")}";

    /// <summary>The commit the programs were built from; empty when the build did not know it.</summary>
    public static string Commit => s_plus < 0 ? "" : Informational[(s_plus + 1)..];
}
