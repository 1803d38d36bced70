using GpuContainers.Cdi.Model;

namespace GpuContainers.Cdi;

/// <summary>A program that the low-level runtime runs. Two hooks with equal members are the same entity.</summary>
public sealed record Hook
{
    /// <summary>The life cycle stage: prestart, createRuntime, createContainer, startContainer, poststart or poststop.</summary>
    public string HookName { get; init; } = "";

    /// <summary>The program.</summary>
    public string Path { get; init; } = "";

    /// <summary>Its arguments, argument 0 included.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Its environment, "NAME=value" each.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Seconds after which the runtime gives up; null when there is no limit.</summary>
    public long? Timeout { get; init; }

    /// <inheritdoc/>
    public bool Equals(Hook? other) =>
        other is not null && HookName == other.HookName && Path == other.Path && Timeout == other.Timeout
        && Texts.Equal(Args, other.Args) && Texts.Equal(Env, other.Env);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(HookName, Path, Args.Count, Env.Count, Timeout);
}
