using GpuContainers.Simulator.Description;

namespace GpuContainers.Simulator.Tree;

/// <summary>From a description to what must be made.</summary>
internal static class HostTreePlan
{
    /// <summary>The tree of the host.</summary>
    /// <param name="description">The host.</param>
    /// <param name="nvmlLibrary">Gives the bytes of the simulated libnvidia-ml.so.1 when it is needed; no bytes at all where only names are wanted.</param>
    /// <param name="at">The folder that the tree will be written below: libraries that look for nodes and stores look there.</param>
    /// <param name="program">Gives the bytes of this program, which is the host's nvidia-smi; null where nobody runs that.</param>
    internal static HostTree Make(HostDescription description, Func<byte[]> nvmlLibrary, string at = "/", Func<byte[]>? program = null)
    {
        var tree = new HostTree();
        if (description.Imported is { } imported)
        {
            ImportedTree.Add(tree, imported, nvmlLibrary, at);
            return tree;
        }
        IReadOnlyList<SimulatedGpu> gpus = SimulatedGpus.Resolve(description);
        KernelTree.Add(tree, description, gpus);
        DeviceNodes.Add(tree, description, gpus);
        if (description.Driver is { } driver)
        {
            DriverTree.Add(tree, driver, gpus, program is null ? null : NvmlTree.WithAnswers(program(), NvmlTree.Answers(driver, gpus, at)));
            if (driver.Graphics)
                GraphicsTree.Add(tree, driver);
            if (driver.Nvml != NvmlBehaviour.Missing)
                NvmlTree.Add(tree, description, gpus, nvmlLibrary(), at);
        }
        ExtraTree.Add(tree, description);
        if (description.Tegra is { } tegra)
            TegraTree.Add(tree, tegra, description.Driver);
        if (description.Wsl is { } wsl)
            WslTree.Add(tree, wsl, description, gpus, nvmlLibrary, at, program);
        foreach ((string path, string text) in description.Files)
            tree.File(path, text);
        return tree;
    }
}
