using GpuContainers.Runtime.Hooks.CommandLine;

namespace GpuContainers.Runtime.Hooks;

/// <summary>The hook <c>sequence</c>, whose work is that of others: see <see cref="HookProgram"/>.</summary>
internal static class Sequence
{
    internal static readonly HookCommand Command = new(
        "sequence", "Run several hooks one after the other: A ARGUMENTS... ';' B ARGUMENTS...", [HookCommand.ContainerSpec],
        static (_, _) => throw new InvalidOperationException("a sequence has no work of its own"));
}
