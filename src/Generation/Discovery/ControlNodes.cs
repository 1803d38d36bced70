namespace GpuContainers.Generation.Discovery;

/// <summary>The nodes that every container with a GPU needs.</summary>
internal static class ControlNodes
{
    /// <summary>Their paths in NVIDIA's order.</summary>
    internal static readonly string[] Paths = ["/dev/nvidia-modeset", "/dev/nvidia-uvm-tools", "/dev/nvidia-uvm", "/dev/nvidiactl"];

    /// <summary>Those that the host has, with their groups.</summary>
    internal static ContainerEdits Find(HostSearch search)
    {
        search.Begin("control nodes", ExplanationRules.ControlNodes);
        List<DeviceNode> nodes = search.Nodes.FindAll(Paths);
        return new ContainerEdits { DeviceNodes = nodes, AdditionalGids = search.Nodes.GroupsOf(nodes) };
    }
}
