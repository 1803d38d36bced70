using GpuContainers.Runtime.Hooks.CommandLine;

namespace GpuContainers.Runtime.Hooks;

/// <summary>The hook <c>noop</c>: does nothing, reads nothing.</summary>
internal static class Noop
{
    internal static readonly HookCommand Command = new("noop", "Do nothing", [], static (_, _) => { }) { IsHidden = true };
}
