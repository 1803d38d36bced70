using GpuContainers.Simulator.Description;

namespace GpuContainers.Simulator.Tree;

/// <summary>From a description to what must be made.</summary>
internal static class HostTreePlan
{
    /// <summary>The tree of the host.</summary>
    /// <param name="description">The host.</param>
    /// <param name="nvmlLibrary">Gives the bytes of the simulated libnvidia-ml.so.1 when it is needed; no bytes at all where only names are wanted.</param>
    /// <param name="at">The folder that the tree will be written below: libraries that look for nodes and stores look there.</param>
    internal static HostTree Make(HostDescription description, Func<byte[]> nvmlLibrary, string at = "/")
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
                NvmlFiles.Add(tree, description, gpus, nvmlLibrary(), at);
        }
        ExtraFiles.Add(tree, description);
        if (description.Tegra is { } tegra)
            TegraFiles.Add(tree, tegra, description.Driver);
        if (description.Wsl is { } wsl)
            WslFiles.Add(tree, wsl, description, gpus, nvmlLibrary, at);
        foreach ((string path, string text) in description.Files)
            tree.File(path, text);
        return tree;
    }
}
