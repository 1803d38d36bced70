using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Simulator.Description;

namespace GpuContainers.Simulator.Tree;

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
