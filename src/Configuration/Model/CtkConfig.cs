namespace GpuContainers.Configuration.Model;

/// <summary><c>[nvidia-ctk]</c>.</summary>
public sealed record CtkConfig
{
    /// <summary><c>path</c>: the executable that hooks in containers call; resolve it with <see cref="ExecutablePath"/>.</summary>
    public string Path { get; init; } = "nvidia-ctk";
}
