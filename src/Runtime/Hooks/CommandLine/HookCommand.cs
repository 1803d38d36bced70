namespace GpuContainers.Runtime.Hooks.CommandLine;

/// <summary>One hook: its name, its flags and its work.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Usage">What it does, for help.</param>
/// <param name="Flags">Its own flags.</param>
/// <param name="Run">The work; its errors are exceptions of the hooks or of Linux.</param>
internal sealed record HookCommand(string Name, string Usage, IReadOnlyList<HookFlag> Flags, Action<HookValues, HookContext> Run)
{
    /// <summary>Whether help leaves it out.</summary>
    internal bool IsHidden { get; init; }

    /// <summary>The flag of the container's state, listed in help (HK-13).</summary>
    internal static readonly HookFlag ContainerSpec =
        new("container-spec", "The path to the OCI container state; if empty or '-' it is read from STDIN");

    /// <summary>The same, not listed.</summary>
    internal static readonly HookFlag HiddenContainerSpec = ContainerSpec with { IsHidden = true };

    /// <summary>All flags that may follow the name: its own, and the program's switches (HK-10).</summary>
    internal IReadOnlyList<HookFlag> AllFlags => [.. Flags, HookSwitches.Debug, HookSwitches.Quiet, HookSwitches.Help];
}
