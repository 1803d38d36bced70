using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
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

/// <summary>Daemons' sockets and the devices of other drivers that containers ask for.</summary>
internal static class ExtraTree
{
    internal static void Add(HostTree tree, HostDescription description)
    {
        string root = description.Driver?.Root ?? "/";
        string dev = description.Driver is { NodesInRoot: true } ? root : "/";
        foreach (string extra in description.Extras)
            AddOne(tree, extra, root, LexicalPath.Join(dev, "/dev"));
    }

    private static void AddOne(HostTree tree, string extra, string root, string dev)
    {
        switch (extra)
        {
            case "persistenced":
                tree.Socket(LexicalPath.Join(root, "/run/nvidia-persistenced/socket"));
                break;
            case "fabricmanager":
                tree.Socket(LexicalPath.Join(root, "/run/nvidia-fabricmanager/socket"));
                break;
            case "mps":
                tree.Directory(LexicalPath.Join(root, "/tmp/nvidia-mps"));
                break;
            case "gds":
                for (uint i = 0; i < 2; i++)
                    tree.Node($"{dev}/nvidia-fs{i}", 510, i, FileModes.SharedFile, 0);
                tree.Directory(LexicalPath.Join(root, "/run/udev"));
                tree.File(LexicalPath.Join(root, "/etc/cufile.json"), "{}\n");
                break;
            case "mofed":
                tree.Node(dev + "/infiniband/uverbs0", 231, 192, FileModes.SharedFile, 0);
                tree.Node(dev + "/infiniband/rdma_cm", 10, 121, FileModes.SharedFile, 0);
                break;
            case "gdrcopy":
                tree.Node(dev + "/gdrdrv", 509, 0, FileModes.SharedFile, 0);
                break;
            case "nvswitch":
                tree.Node(dev + "/nvidia-nvswitchctl", 233, 255, FileModes.SharedFile, 0);
                for (uint i = 0; i < 4; i++)
                    tree.Node($"{dev}/nvidia-nvswitch{i}", 233, i, FileModes.SharedFile, 0);
                break;
            default:
                throw new ToolkitException($"extras: \"{extra}\" is not known");
        }
    }
}
