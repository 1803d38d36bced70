using GpuContainers.Fuzz.Tests.Runner;
using GpuContainers.Runtime.Hooks;
using GpuContainers.Runtime.Hooks.State;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>What an engine gives a hook on its standard input, and the bundle's config.json (HK-24 to HK-30).</summary>
public sealed class HookStateTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "hook-state";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            HookState state = HookState.Parse(input);
            Assert.NotNull(state.Bundle);
            Assert.NotNull(state.Root);
        }
        catch (HookException)
        {
            // No state.
        }
        try
        {
            Assert.NotNull(HookState.RootPathOf(input));
        }
        catch (HookException)
        {
            // No configuration.
        }
    }
}
