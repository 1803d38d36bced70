using System.Globalization;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Simulator.Description;

namespace GpuContainers.Simulator.Tree;

/// <summary>/dev: the nodes of the driver, with the numbers that the real ones have or usually get.</summary>
internal static class DeviceNodes
{
    internal const uint GpuMajor = 195;
    internal const uint CapabilityMajor = 235;
    internal const uint ImexMajor = 234;
    internal const uint UvmMajor = 511;
    internal const uint DrmMajor = 226;

    internal static void Add(HostTree tree, HostDescription description, IReadOnlyList<SimulatedGpu> gpus)
    {
        string root = description.Driver is { NodesInRoot: true } driver ? driver.Root : "/";
        string Dev(string name) => LexicalPath.Join(root, "/dev/" + name);
        NodeDescription nodes = description.Nodes;
        var mode = (UnixFileMode)Convert.ToInt32(nodes.Mode, 8);
        if (description.Driver is not null)
        {
            foreach (string control in nodes.Control)
            {
                (uint major, uint minor) = Numbers(control);
                tree.Node(Dev(control), major, minor, mode, nodes.Group);
            }
        }
        foreach (SimulatedGpu gpu in gpus)
        {
            if (gpu.Source.Node)
                tree.Node(Dev($"nvidia{gpu.Minor}"), GpuMajor, gpu.Minor, mode, nodes.Group);
            if (gpu.Source.Drm)
                AddDrm(tree, root, nodes, gpu);
        }
        AddCapabilities(tree, Dev, gpus);
        foreach (uint channel in description.ImexChannels)
            tree.Node(Dev($"nvidia-caps-imex-channels/channel{channel}"), ImexMajor, channel, FileModes.SharedFile, 0);
    }

    /// <summary>The minor number of a MIG access file: config 1, monitor 2, then 15 GPU instances a GPU, each with 8 compute instances.</summary>
    internal static uint CapabilityMinor(uint gpu, uint instance, uint? compute) => 3 + (gpu * 135) + (instance * 9) + (compute is { } c ? c + 1 : 0);

    private static (uint Major, uint Minor) Numbers(string control) => control switch
    {
        "nvidiactl" => (GpuMajor, 255),
        "nvidia-modeset" => (GpuMajor, 254),
        "nvidia-uvm" => (UvmMajor, 0),
        "nvidia-uvm-tools" => (UvmMajor, 1),
        _ => throw new ToolkitException($"nodes.control: \"{control}\" is none of nvidiactl, nvidia-modeset, nvidia-uvm, nvidia-uvm-tools"),
    };

    private static void AddDrm(HostTree tree, string root, NodeDescription nodes, SimulatedGpu gpu)
    {
        string dri = LexicalPath.Join(root, "/dev/dri");
        var mode = (UnixFileMode)Convert.ToInt32(nodes.DrmMode, 8);
        string card = "card" + gpu.Minor.ToString(CultureInfo.InvariantCulture), render = "renderD" + (128 + gpu.Minor).ToString(CultureInfo.InvariantCulture);
        tree.Node($"{dri}/{card}", DrmMajor, gpu.Minor, mode, nodes.CardGroup);
        tree.Node($"{dri}/{render}", DrmMajor, 128 + gpu.Minor, mode, nodes.RenderGroup);
        tree.Link($"{dri}/by-path/pci-{gpu.BusId}-card", "../" + card);
        tree.Link($"{dri}/by-path/pci-{gpu.BusId}-render", "../" + render);
    }

    private static void AddCapabilities(HostTree tree, Func<string, string> dev, IReadOnlyList<SimulatedGpu> gpus)
    {
        if (!gpus.Any(static g => g.Mig is not null))
            return;
        var made = new HashSet<uint>();
        void Capability(uint minor, UnixFileMode mode)
        {
            if (made.Add(minor))
                tree.Node(dev($"nvidia-caps/nvidia-cap{minor}"), CapabilityMajor, minor, mode, 0);
        }
        Capability(1, UnixFileMode.UserRead);
        Capability(2, FileModes.ReadOnlyFile);
        foreach (SimulatedGpu gpu in gpus)
        {
            foreach (SimulatedMigDevice mig in gpu.Mig ?? [])
            {
                Capability(CapabilityMinor(gpu.Minor, mig.GpuInstance, null), FileModes.ReadOnlyFile);
                Capability(CapabilityMinor(gpu.Minor, mig.GpuInstance, mig.ComputeInstance), FileModes.ReadOnlyFile);
            }
        }
    }
}
