namespace GpuContainers.Runtime.Hooks.CommandLine;

/// <summary>One hook: its name, its flags and its work.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Usage">What it does, for help.</param>
/// <param name="Flags">Its own flags.</param>
/// <param name="Run">The work; its errors are exceptions of the hooks or of Linux.</param>
internal sealed record HookCommand(string Name, string Usage, HookFlag[] Flags, Action<HookValues, HookContext> Run)
{
    /// <summary>Whether help leaves it out.</summary>
    internal bool IsHidden { get; init; }

    /// <summary>The flag of the container's state, listed in help (HK-13).</summary>
    internal static readonly HookFlag ContainerSpec =
        new("container-spec", "The path to the OCI container state; if empty or '-' it is read from STDIN");

    /// <summary>The same, not listed.</summary>
    internal static readonly HookFlag HiddenContainerSpec = ContainerSpec with { IsHidden = true };

    /// <summary>All flags that may follow the name: its own, and the program's switches (HK-10).</summary>
    internal HookFlag[] AllFlags => [.. Flags, HookSwitches.Debug, HookSwitches.Quiet, HookSwitches.Help];
}

/// <summary>A flag of a hook or of the program.</summary>
/// <param name="Name">Its long name, without dashes.</param>
/// <param name="Usage">What it means, for help.</param>
internal sealed record HookFlag(string Name, string Usage)
{
    /// <summary>Its one-letter name, or null.</summary>
    internal string? Short { get; init; }

    /// <summary>Whether it is true or false; else it takes a value.</summary>
    internal bool IsSwitch { get; init; }

    /// <summary>Whether it may be repeated, each value being split at commas (HK-7).</summary>
    internal bool IsRepeatable { get; init; }

    /// <summary>Whether help leaves it out.</summary>
    internal bool IsHidden { get; init; }

    /// <summary>The value when it is not given.</summary>
    internal string Default { get; init; } = "";

    /// <summary>Whether a text without dashes is this flag's name (HK-9: case matters, no abbreviation).</summary>
    internal bool IsNamed(string text) => text == Name || text == Short;
}

/// <summary>The program whose name the hooks are served under (HK-1).</summary>
/// <param name="Command">How a user calls it.</param>
/// <param name="DebugNames">The environment names behind --debug, the first set one counts.</param>
/// <param name="QuietNames">The environment names behind --quiet.</param>
/// <param name="HasVersion">Whether --version is known at its top level.</param>
internal sealed record HookCaller(string Command, string[] DebugNames, string[] QuietNames, bool HasVersion)
{
    /// <summary>The switches given one level up, before "hook"; null when there is no such level.</summary>
    internal HookValues? Outer { get; init; }

    /// <summary><c>nvidia-cdi-hook</c>.</summary>
    internal static readonly HookCaller CdiHook =
        new("nvidia-cdi-hook", ["NVIDIA_CTK_DEBUG", "NVIDIA_CDI_DEBUG"], ["NVIDIA_CTK_QUIET", "NVIDIA_CDI_QUIET"], HasVersion: true);

    /// <summary><c>nvidia-ctk hook</c>.</summary>
    internal static readonly HookCaller Toolkit = new("nvidia-ctk hook", ["NVIDIA_CTK_DEBUG"], ["NVIDIA_CTK_QUIET"], HasVersion: false);

    /// <summary>The flags that stand before a hook's name.</summary>
    internal HookFlag[] Flags => HasVersion
        ? [HookSwitches.Debug, HookSwitches.Quiet, HookSwitches.Help, HookSwitches.Version]
        : [HookSwitches.Debug, HookSwitches.Quiet, HookSwitches.Help];

    /// <summary>The environment names behind a flag; none for most.</summary>
    internal string[] EnvironmentNames(HookFlag flag) =>
        flag == HookSwitches.Debug ? DebugNames : flag == HookSwitches.Quiet ? QuietNames : [];
}
