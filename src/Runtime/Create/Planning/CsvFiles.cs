using GpuContainers.Diagnostics;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>Which CSV files describe a Tegra host to a container (RT-191).</summary>
internal static class CsvFiles
{
    /// <summary>The files to read, in name order; null for the three files of the built-in directory.</summary>
    /// <param name="directory">The configured directory.</param>
    /// <param name="image">The container: by NVIDIA_REQUIRE_JETPACK=csv-mounts=all it asks for every file there is.</param>
    public static IReadOnlyList<string>? Choose(string directory, ContainerImage image)
    {
        if (!HostDirectory.TryNames(directory, out IReadOnlyList<string> names, out Errno error))
        {
            if (error != Errno.ENOENT)
                Log.Warning($"Failed to get the list of CSV files: open {directory}: {error.Describe()}");
            return null;
        }
        bool all = image.Variable("NVIDIA_REQUIRE_JETPACK") == "csv-mounts=all";
        var files = new List<string>();
        foreach (string name in names)
        {
            string path = directory.TrimEnd('/') + "/" + name;
            if (IsCsv(name) && (all || name is "l4t.csv" or "drivers.csv" or "devices.csv") && IsEntry(path))
                files.Add(path);
        }
        return files.Count == 0 ? null : files;
    }

    private static bool IsCsv(string name) => name.Length > ".csv".Length && name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    private static bool IsEntry(string path) => HostFile.TryStatus(path, followLinks: false, out FileStatus status) && status.Kind != FileKind.Directory;
}
