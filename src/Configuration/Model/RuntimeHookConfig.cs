namespace GpuContainers.Configuration.Model;

/// <summary><c>[nvidia-container-runtime-hook]</c>.</summary>
public sealed record RuntimeHookConfig
{
    /// <summary><c>path</c>: the executable of the prestart hook; resolve it with <see cref="ExecutablePath"/>.</summary>
    public string Path { get; init; } = "nvidia-container-runtime-hook";

    /// <summary><c>skip-mode-detection</c>: the hook does not insist on the mode being legacy.</summary>
    public bool SkipModeDetection { get; init; }
}
