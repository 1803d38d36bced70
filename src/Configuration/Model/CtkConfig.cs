namespace GpuContainers.Configuration.Model;

/// <summary><c>[nvidia-ctk]</c> (config.md section 3.3).</summary>
public sealed record CtkConfig
{
    /// <summary><c>path</c>: the executable that hooks in containers call; resolve it with <see cref="ExecutablePath"/> (CF-90).</summary>
    public string Path { get; init; } = "nvidia-ctk";
}
