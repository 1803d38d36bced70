using GpuContainers.Cdi;
using GpuContainers.Generation.Tests.Discovery;
using GpuContainers.Host;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Generation.Tests.Modes;

/// <summary>Whole generations on simulated hosts.</summary>
internal static class Generations
{
    /// <summary>A specification for ids, <c>all</c> if there are none, with the roots of the host's description.</summary>
    internal static CdiSpec Generate(this SimulatedTree host, GenerationOptions options, params string[] ids) =>
        SpecGenerator.Generate(host.Options(options), ids, host.Context());

    /// <summary>As above in mode nvml with index and UUID as names.</summary>
    internal static CdiSpec Gpus(this SimulatedTree host, params string[] ids) =>
        host.Generate(new GenerationOptions { Mode = GenerationMode.Nvml, NameStrategies = [DeviceNameStrategy.Index, DeviceNameStrategy.Uuid] }, ids);

    /// <summary>A host on which asking the driver's library is an error, to show that nothing needs it.</summary>
    internal static HostContext WithoutChild(this SimulatedTree host) => host.Context(new InventoryChild("/nonexistent/nvidia-ctk-cli", Command.Limit));

    internal static string[] Names(this CdiSpec spec) => [.. spec.Devices.Select(static device => device.Name)];

    internal static string[] Nodes(this CdiSpec spec, string device) =>
        [.. spec.FindDevice(device)!.ContainerEdits.DeviceNodes.Select(static node => node.Path)];

    /// <summary>The names of hooks, in order.</summary>
    internal static string[] HookNames(this ContainerEdits edits) => [.. edits.Hooks.Select(static hook => hook.Args[1])];
}
