namespace GpuContainers.Generation.Modes;

/// <summary>Every NVIDIA node as one device, for containers that manage GPUs.</summary>
internal static class ManagementMode
{
    private static readonly string[] s_patterns =
    [
        "/dev/nvidia*", "/dev/nvidia-caps/nvidia-cap*", "/dev/nvidia-modeset", "/dev/nvidia-uvm-tools", "/dev/nvidia-uvm", "/dev/nvidiactl",
        "/dev/nvidia-caps-imex-channels/channel*",
    ];

    private static readonly string[] s_otherDevices = ["nvidia-fs", "nvidia-nvswitch", "nvidia-nvlink"];

    /// <summary>The device and the driver, without graphics (GN-24).</summary>
    internal static Generated Generate(NodeSearch search, DriverFiles driver, HookCreator hooks, SearchNotes notes) =>
        Generated.From(() => [Device(search, hooks, notes)], driver.Find);

    private static CdiDevice Device(NodeSearch search, HookCreator hooks, SearchNotes notes)
    {
        notes.Begin("NVIDIA nodes", ExplanationRules.ManagementNodes, isDevice: true);
        List<DeviceNode> nodes = search.Match(s_patterns);
        nodes.RemoveAll(static node => Array.Exists(s_otherDevices, other => LexicalPath.Base(node.Path).StartsWith(other, StringComparison.Ordinal)));
        if (nodes.Count == 0)
        {
            throw new GenerationException(
                GenerationStep.Devices,
                $"no NVIDIA device nodes found in {search.HostPath("/dev")}; load the driver, "
                + "or make them with: nvidia-ctk system create-device-nodes --control-devices");
        }
        var edits = new ContainerEdits
        {
            DeviceNodes = nodes,
            AdditionalGids = search.GroupsOf(nodes),
            Hooks = hooks.Chmod(GpuNodes.FoldersOf(nodes)),
        };
        return new CdiDevice { Name = "all", ContainerEdits = edits };
    }
}
