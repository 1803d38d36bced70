namespace GpuContainers.Runtime.Hooks.CommandLine;

/// <summary>The program whose name the hooks are served under (HK-1).</summary>
/// <param name="Command">How a user calls it.</param>
/// <param name="DebugNames">The environment names behind --debug, the first set one counts.</param>
/// <param name="QuietNames">The environment names behind --quiet.</param>
/// <param name="HasVersion">Whether --version is known at its top level.</param>
internal sealed record HookCaller(string Command, IReadOnlyList<string> DebugNames, IReadOnlyList<string> QuietNames, bool HasVersion)
{
    /// <summary>The switches given one level up, before "hook"; null when there is no such level.</summary>
    internal HookValues? Outer { get; init; }

    /// <summary><c>nvidia-cdi-hook</c>.</summary>
    internal static readonly HookCaller CdiHook =
        new("nvidia-cdi-hook", ["NVIDIA_CTK_DEBUG", "NVIDIA_CDI_DEBUG"], ["NVIDIA_CTK_QUIET", "NVIDIA_CDI_QUIET"], HasVersion: true);

    /// <summary><c>nvidia-ctk hook</c>.</summary>
    internal static readonly HookCaller Toolkit = new("nvidia-ctk hook", ["NVIDIA_CTK_DEBUG"], ["NVIDIA_CTK_QUIET"], HasVersion: false);

    /// <summary>The flags that stand before a hook's name.</summary>
    internal IReadOnlyList<HookFlag> Flags => HasVersion
        ? [HookSwitches.Debug, HookSwitches.Quiet, HookSwitches.Help, HookSwitches.Version]
        : [HookSwitches.Debug, HookSwitches.Quiet, HookSwitches.Help];

    /// <summary>The environment names behind a flag; none for most.</summary>
    internal IReadOnlyList<string> EnvironmentNames(HookFlag flag) =>
        flag == HookSwitches.Debug ? DebugNames : flag == HookSwitches.Quiet ? QuietNames : [];
}
