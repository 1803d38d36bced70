using GpuContainers.Simulator.Description;

namespace GpuContainers.Simulator.Tree;

/// <summary>From a description to what must be made.</summary>
internal static class HostTreePlan
{
    /// <summary>The tree of the host; <paramref name="nvmlLibrary"/> gives the bytes of the simulated libnvidia-ml.so.1 when it is needed.</summary>
    internal static HostTree Make(HostDescription description, Func<byte[]> nvmlLibrary)
    {
        var tree = new HostTree();
        IReadOnlyList<SimulatedGpu> gpus = GpuInventory.Resolve(description);
        KernelFiles.Add(tree, description, gpus);
        DeviceNodes.Add(tree, description, gpus);
        if (description.Driver is { } driver)
        {
            DriverFiles.Add(tree, driver, gpus);
            if (driver.Graphics)
                GraphicsFiles.Add(tree, driver);
            if (driver.Nvml != NvmlBehaviour.Missing)
                NvmlFiles.Add(tree, description, gpus, nvmlLibrary());
        }
        ExtraFiles.Add(tree, description);
        if (description.Tegra is { } tegra)
            TegraFiles.Add(tree, tegra, description.Driver);
        if (description.Wsl is { } wsl)
            WslFiles.Add(tree, wsl, description, gpus, nvmlLibrary);
        foreach ((string path, string text) in description.Files)
            tree.File(path, text);
        return tree;
    }
}
