namespace GpuContainers.Runtime.Requests;

/// <summary>Which ways of asking for devices the administrator allows (RT-102).</summary>
internal sealed record RequestSettings
{
    /// <summary>Annotation keys that begin with one of these texts carry device names; empty for none.</summary>
    public IReadOnlyList<string> AnnotationPrefixes { get; init; } = [];

    /// <summary>Whether mounts of /dev/null below the well-known folder are requests.</summary>
    public bool AcceptsVolumeMounts { get; init; }

    /// <summary>Whether the environment of a container without CAP_SYS_ADMIN may ask for devices.</summary>
    public bool AcceptsUnprivilegedEnvironment { get; init; } = true;

    /// <summary>Variables that replace NVIDIA_VISIBLE_DEVICES where a container has them, in order.</summary>
    public IReadOnlyList<string> PreferredVariables { get; init; } = [];

    /// <summary>
    /// The hook program asks for a path boundary behind the folder of the mounts and keeps a repeated name at its last place, where the runtime takes
    /// any text behind the folder and keeps the first.
    /// </summary>
    public bool FollowsHookRules { get; init; }

    /// <summary>Whether requests for IMEX channels count for nothing.</summary>
    public bool IgnoresImexChannels { get; init; }

    /// <summary>The names of a swarm-resource value, trimmed, without empty ones (RT-124, LG-33).</summary>
    public static IReadOnlyList<string> VariableNames(string swarmResource) => CommaList.Split(swarmResource);
}
