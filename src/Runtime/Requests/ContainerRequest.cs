using GpuContainers.Cdi;

namespace GpuContainers.Runtime.Requests;

/// <summary>Which devices a container asks for, as far as it may.</summary>
internal sealed class ContainerRequest
{
    private readonly ContainerFacts _image;
    private readonly RequestSettings _settings;

    /// <summary>Evaluates the sources in their order; the first that names anything decides, sources are never merged (RT-110).</summary>
    public ContainerRequest(ContainerFacts image, RequestSettings settings)
    {
        _image = image;
        _settings = settings;
        Devices = Evaluate();
    }

    /// <summary>The names asked for; one empty name stands for <c>none</c>: no GPU, but the driver files.</summary>
    public IReadOnlyList<string> Devices { get; }

    /// <summary>Whether the names come from variables of the container, which its image may have set.</summary>
    public bool IsByEnvironment { get; private set; }

    /// <summary>Whether variables count: they may come from the image, so only where the administrator allows it or the container may do everything
    /// anyway (RT-112).</summary>
    public bool MayUseEnvironment => _image.IsPrivileged || _settings.AcceptsUnprivilegedEnvironment;

    /// <summary>Where the names come from, in words; empty when nothing is asked for.</summary>
    public string Source { get; private set; } = "";

    /// <summary>The container that asks.</summary>
    public ContainerFacts Image => _image;

    /// <summary>Whether something is asked for and every name is a fully qualified CDI name (RT-136).</summary>
    public bool OnlyQualifiedNames
    {
        get
        {
            foreach (string device in Devices.Items())
            {
                if (!QualifiedDeviceName.IsQualified(device))
                    return false;
            }
            return Devices.Count > 0;
        }
    }

    /// <summary>The same container, its annotations disregarded (RT-118).</summary>
    public ContainerRequest WithoutAnnotations() =>
        _settings.AnnotationPrefixes.Count == 0 ? this : new ContainerRequest(_image, _settings with { AnnotationPrefixes = [] });

    /// <summary>The IMEX channel ids asked for; the single <c>all</c> only by volume mount (RT-131 to RT-135).</summary>
    public IReadOnlyList<string> ImexChannels()
    {
        if (_settings.IgnoresImexChannels)
            return [];
        // Mounts count whatever the privileges (RT-132).
        if (_settings.AcceptsVolumeMounts && VolumeMountRequest.ImexChannels(_image, _settings.FollowsHookRules) is { Count: > 0 } channels)
            return channels;
        string[] variables = ["NVIDIA_IMEX_CHANNELS"];
        List<string> requested = EnvironmentRequest.Evaluate(_image, variables, _settings.FollowsHookRules);
        // "all" and "none" are not a request for a channel (RT-133, RT-135).
        if (requested is [] or ["all"] or [""])
            return [];
        if (MayUseEnvironment)
            return requested;
        // Channels need the same permission as devices when the image asks for them (RT-134).
        Log.Warning("Ignoring request by environment variable(s) in unprivileged container: [NVIDIA_IMEX_CHANNELS]");
        return [];
    }

    private List<string> Evaluate()
    {
        // Annotations and mounts come from the engine, so privileges do not matter (RT-111).
        if (AnnotationRequest.Devices(_image, _settings.AnnotationPrefixes) is { Count: > 0 } annotated)
            return From("annotations of the engine", annotated);
        if (_settings.AcceptsVolumeMounts && VolumeMountRequest.Devices(_image, _settings.FollowsHookRules) is { Count: > 0 } mounted)
            return From("mounts of /dev/null", mounted);
        IReadOnlyList<string> variables = EnvironmentRequest.DeviceVariables(_image, _settings.PreferredVariables);
        List<string> requested = EnvironmentRequest.Evaluate(_image, variables, _settings.FollowsHookRules);
        IsByEnvironment = true;
        // Asking for nothing needs no permission (RT-113).
        if (requested.Count == 0 || MayUseEnvironment)
            return From(requested.Count == 0 ? "" : string.Join(", ", variables), requested);
        // A request that is not permitted is told and otherwise as if it had not been made (RT-114).
        Log.Warning($"Ignoring devices requested by environment variable(s) in unprivileged container: [{string.Join(' ', variables)}]");
        return From($"{string.Join(", ", variables)}, which do not count: accept-nvidia-visible-devices-envvar-when-unprivileged is off", []);
    }

    private List<string> From(string source, List<string> devices)
    {
        Source = source;
        return devices;
    }
}

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
