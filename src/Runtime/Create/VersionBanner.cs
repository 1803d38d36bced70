namespace GpuContainers.Runtime.Create;

/// <summary>The text of the version flag (RT-21).</summary>
internal static class VersionBanner
{
    /// <summary>The banner's lines with their line ends; the commit line only where a commit is known.</summary>
    public static string Text(string version, string commit) =>
        // The banner names this program under all of its three names (RT-1).
        $"NVIDIA Container Runtime version {version}\n{(commit.Length == 0 ? "" : $"commit: {commit}\n")}spec: 1.3.0\n";
}
