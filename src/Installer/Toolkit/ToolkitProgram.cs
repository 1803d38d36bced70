namespace GpuContainers.Installer.Toolkit;

/// <summary>A program of the toolkit, and what one that is not our core program needs around it.</summary>
/// <param name="Name">Its name.</param>
internal sealed record ToolkitProgram(string Name)
{
    /// <summary>Whether it gets a wrapper; else it is copied as it is.</summary>
    public bool IsWrapped { get; init; } = true;

    /// <summary>Whether its wrapper names the toolkit's configuration.</summary>
    public bool NeedsConfig { get; init; }

    /// <summary>Whether its wrapper names the toolkit's folder for libraries.</summary>
    public bool NeedsLibraries { get; init; }

    /// <summary>Whether its wrapper calls the low-level runtime while the driver's kernel module is not loaded.</summary>
    public bool NeedsDriver { get; init; }

    /// <summary>The program that runs hooks: never wrapped, because it runs where there is no shell.</summary>
    public const string Hook = "nvidia-cdi-hook";

    /// <summary>The program that the core hands the commands of nvidia-ctk to, found beside it.</summary>
    public const string Tools = "nvidia-ctk-cli";

    /// <summary>The program behind which the tools program is needed.</summary>
    public const string Toolkit = "nvidia-ctk";

    /// <summary>The name of the hook in older versions, a link.</summary>
    public const string OldHook = "nvidia-container-toolkit";

    /// <summary>What that link leads to.</summary>
    public const string RuntimeHook = "nvidia-container-runtime-hook";

    /// <summary>The runtime.</summary>
    public const string Runtime = "nvidia-container-runtime";

    /// <summary>The programs in the order in which they are looked for.</summary>
    public static IReadOnlyList<ToolkitProgram> All { get; } =
    [
        new(Toolkit),
        new(Hook) { IsWrapped = false },
        new(Runtime) { NeedsConfig = true, NeedsDriver = true },
        new(Runtime + ".cdi") { NeedsConfig = true, NeedsDriver = true },
        new(Runtime + ".legacy") { NeedsConfig = true, NeedsDriver = true },
        new("nvidia-container-cli") { NeedsLibraries = true },
        new(RuntimeHook) { NeedsConfig = true },
    ];
}
