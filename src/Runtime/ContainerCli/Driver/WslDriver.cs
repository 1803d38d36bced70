using GpuContainers.Host;
using GpuContainers.Host.Driver;
using GpuContainers.Host.Inventory;
using GpuContainers.Host.Wsl;

namespace GpuContainers.Runtime.ContainerCli.Driver;

/// <summary>The driver of Windows: GPUs without nodes of their own, behind one node for all (CL-147 to CL-149).</summary>
/// <param name="Files">What the driver store of the first GPU has of the files that a container needs.</param>
/// <param name="Library">The NVML library of that store.</param>
internal sealed record WslDriver(IReadOnlyList<string> Files, string Library)
{
    /// <summary>The node of all GPUs.</summary>
    internal const string Node = "/dev/dxg";

    /// <summary>Finds it; null on every other system (CL-17).</summary>
    /// <exception cref="CliException">It is a WSL without a usable GPU.</exception>
    internal static WslDriver? Find(DriverRoot root, HostContext context, InventoryChild child)
    {
        if (new DxCoreLibrary(context, []).Find(root) is not { } library)
            return null;
        InventoryReport report = child.Ask(InventoryQuestions.DriverStores, library);
        // A library of that name that cannot be used is no sign of WSL.
        if (report.DriverStoresError is not null)
            return null;
        foreach (string store in report.DriverStores)
        {
            IReadOnlyList<string> files = DriverStore.FilesIn(context.Files, root.Join(store));
            if (files.Count > 0)
                return new WslDriver([.. Relative(root, files)], root.Join(store + "/libnvidia-ml.so.1"));
        }
        throw new CliException(
            CliError.Initialization, "WSL environment detected but no adapters were found",
            "update WSL (wsl --update) and the NVIDIA driver of Windows");
    }

    private static IEnumerable<string> Relative(DriverRoot root, IReadOnlyList<string> files)
    {
        foreach (string file in files)
            yield return root.Relative(file);
    }
}
