namespace GpuContainers.Runtime.Hooks;

/// <summary>Where a hook reads its state from and writes to; whoever makes it keeps the descriptors open.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Standard output: help and version only (HK-18).</param>
/// <param name="Log">Standard error: everything else.</param>
internal sealed record HookStreams(Descriptor Input, Descriptor Output, HookLog Log)
{
    /// <summary>The process's own three.</summary>
    internal static HookStreams OfProcess() => new(new Descriptor(0), new Descriptor(1), new HookLog(new Descriptor(2)));
}
