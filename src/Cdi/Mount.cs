using GpuContainers.Cdi.Model;

namespace GpuContainers.Cdi;

/// <summary>A mount for the container. Two mounts with equal members are the same entity.</summary>
public sealed record Mount
{
    /// <summary>The path on the host.</summary>
    public string HostPath { get; init; } = "";

    /// <summary>The path in the container.</summary>
    public string ContainerPath { get; init; } = "";

    /// <summary>Mount options in their order.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The file system type; empty when not given (since version 0.4.0).</summary>
    public string Type { get; init; } = "";

    /// <inheritdoc/>
    public bool Equals(Mount? other) =>
        other is not null && HostPath == other.HostPath && ContainerPath == other.ContainerPath && Type == other.Type
        && Texts.Equal(Options, other.Options);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(HostPath, ContainerPath, Type, Options.Count);
}
