using System.Text;
using GpuContainers.Linux.Files;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Elf;

namespace GpuContainers.Simulator.Tree;

/// <summary>A Tegra system: release file, CSV files, and what they name.</summary>
internal static class TegraTree
{
    private const string CsvFolder = "/etc/nvidia-container-runtime/host-files-for-container.d/";

    private static readonly (string Path, uint Minor)[] Devices =
    [
        ("/dev/nvhost-ctrl", 0), ("/dev/nvhost-ctrl-gpu", 1), ("/dev/nvhost-gpu", 2), ("/dev/nvmap", 3), ("/dev/nvhost-prof-gpu", 4),
        ("/dev/nvidia0", 5), ("/dev/nvidia1", 6), ("/dev/nvidia2", 7), ("/dev/nvidiactl", 8), ("/dev/nvidia-modeset", 9),
    ];

    private static readonly string[] Libraries = [
        "libcuda.so.1.1", "libnvrm_gpu.so", "libnvrm_mem.so", "libnvos.so", "libnvsocsys.so", "libnvidia-ptxjitcompiler.so.1"];

    internal static void Add(HostTree tree, TegraDescription tegra, DriverDescription? driver)
    {
        if (tegra.Release is not null)
            tree.File("/etc/nv_tegra_release", tegra.Release);
        if (tegra.Family is not null)
            tree.File("/sys/devices/soc0/family", tegra.Family, FileModes.ReadOnlyFile);
        // A driver of the discrete kind (Thor) brings its libraries itself; otherwise they belong to the board's software.
        IReadOnlyList<string> csv = driver is null ? AddLibraries(tree) : OfDriver(driver);
        foreach ((string path, uint minor) in Devices)
        {
            // With a driver of the discrete kind, that one brings the nvidia nodes.
            if (driver is null || !path.StartsWith("/dev/nvidia", StringComparison.Ordinal))
                tree.Node(path, 490, minor, FileModes.SharedFile, 0);
        }
        if (tegra.Csv)
            AddCsv(tree, csv);
        foreach ((string name, string text) in tegra.CsvFiles)
            tree.File(CsvFolder + name, text);
    }

    private static List<string> AddLibraries(HostTree tree)
    {
        string folder = $"/usr/lib/{DriverLayout.Triplet}/nvidia";
        List<string> lines = [];
        foreach (string library in Libraries)
        {
            tree.File($"{folder}/{library}", new SharedObject(library == "libcuda.so.1.1" ? "libcuda.so.1" : library).ToBytes(), FileModes.PublicFolder);
            lines.Add($"lib, {folder}/{library}");
        }
        (string Path, string Target)[] links =
            [(folder + "/libcuda.so.1", "libcuda.so.1.1"), (folder + "/libcuda.so", "libcuda.so.1.1"),
                ($"/usr/lib/{DriverLayout.Triplet}/libcuda.so", "nvidia/libcuda.so")];
        foreach ((string path, string target) in links)
        {
            tree.Link(path, target);
            lines.Add("sym, " + path);
        }
        tree.File("/etc/ld.so.conf.d/nvidia-tegra.conf", folder + "\n");
        tree.CacheRoots.Add("/");
        return lines;
    }

    private static List<string> OfDriver(DriverDescription driver)
    {
        string folder = DriverLayout.LibraryFolder(driver);
        return [$"lib, {folder}/libcuda.so.{driver.Version}", $"lib, {folder}/libnvidia-ml.so.{driver.Version}", $"sym, {folder}/libcuda.so.1",
            $"sym, {folder}/libcuda.so"];
    }

    private static void AddCsv(HostTree tree, IReadOnlyList<string> libraries)
    {
        var devices = new StringBuilder();
        foreach ((string path, _) in Devices)
            devices.Append("dev, ").Append(path).Append('\n');
        tree.File(CsvFolder + "devices.csv", devices.ToString());
        tree.Directory("/lib/firmware/tegra23x");
        tree.File(CsvFolder + "drivers.csv", string.Join('\n', [.. libraries, "dir, /lib/firmware/tegra23x"]) + "\n");
    }
}
