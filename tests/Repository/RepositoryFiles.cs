namespace GpuContainers.Repository.Tests;

/// <summary>The files that people write and read: code, scripts, build files and documents; not what builds leave, test data, or copies of others.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] s_endings = [".cs", ".c", ".h", ".py", ".sh", ".md", ".toml", ".yml", ".yaml", ".props", ".csproj", ".slnx"];
    private static readonly string[] s_folders = [".ci", ".github", "docs", "eng", "packaging", "simulator", "src", "tests"];

    /// <summary>All of them, as paths relative to the root.</summary>
    internal static IEnumerable<string> Texts() => Directory.EnumerateFiles(Checkout.Root)
        .Concat(s_folders.Select(static folder => Checkout.At(folder)).Where(Directory.Exists)
            .SelectMany(static folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)))
        .Select(static file => Path.GetRelativePath(Checkout.Root, file)).Where(IsText).Order(StringComparer.Ordinal);

    /// <summary>Passes when nothing breaks a rule; else the message has all of what does.</summary>
    internal static void AssertNone(IEnumerable<string> found)
    {
        string[] lines = [.. found];
        Assert.True(lines.Length == 0, string.Join('\n', lines));
    }

    private static bool IsText(string file) =>
        (s_endings.Contains(Path.GetExtension(file)) || Path.GetFileName(file) is "Makefile" or "run")
        && !file.StartsWith("tests/conformance/", StringComparison.Ordinal)
        && !file.Split('/').Any(static part => part is "obj" or "bin" or "golden" or "artifacts");
}
