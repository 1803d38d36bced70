using GpuContainers.Cdi;
using GpuContainers.Diagnostics;

namespace GpuContainers.Runtime.Requests;

/// <summary>Which devices a container asks for, as far as it may (runtime.md section 10).</summary>
internal sealed class ContainerRequest
{
    private readonly ContainerImage _image;
    private readonly RequestSettings _settings;

    /// <summary>Evaluates the sources in their order; the first that names anything decides, sources are never merged (RT-110).</summary>
    public ContainerRequest(ContainerImage image, RequestSettings settings)
    {
        _image = image;
        _settings = settings;
        Devices = Evaluate();
    }

    /// <summary>The names asked for; one empty name stands for <c>none</c>: no GPU, but the driver files.</summary>
    public IReadOnlyList<string> Devices { get; }

    /// <summary>The container that asks.</summary>
    public ContainerImage Image => _image;

    /// <summary>RT-136: whether something is asked for and every name is a fully qualified CDI name.</summary>
    public bool OnlyQualifiedNames
    {
        get
        {
            foreach (string device in Devices)
            {
                if (!QualifiedDeviceName.IsQualified(device))
                    return false;
            }
            return Devices.Count > 0;
        }
    }

    /// <summary>RT-118: the same container, its annotations disregarded.</summary>
    public ContainerRequest WithoutAnnotations() =>
        _settings.AnnotationPrefixes.Count == 0 ? this : new ContainerRequest(_image, _settings with { AnnotationPrefixes = [] });

    /// <summary>The IMEX channel ids asked for; the single <c>all</c> only by volume mount (RT-131 to RT-135).</summary>
    public IReadOnlyList<string> ImexChannels()
    {
        if (_settings.IgnoresImexChannels)
            return [];
        // RT-132: mounts count whatever the privileges.
        if (_settings.AcceptsVolumeMounts && VolumeMountRequest.ImexChannels(_image, _settings.FollowsHookRules) is { Count: > 0 } channels)
            return channels;
        string[] variables = ["NVIDIA_IMEX_CHANNELS"];
        List<string> requested = EnvironmentRequest.Evaluate(_image, variables, _settings.FollowsHookRules);
        // RT-133, RT-135: "all" and "none" are no request for a channel.
        if (requested is [] or ["all"] or [""])
            return [];
        if (MayUseEnvironment)
            return requested;
        // RT-134
        Log.Warning("Ignoring request by environment variable(s) in unprivileged container: [NVIDIA_IMEX_CHANNELS]");
        return [];
    }

    // RT-112
    private bool MayUseEnvironment => _image.IsPrivileged || _settings.AcceptsUnprivilegedEnvironment;

    private List<string> Evaluate()
    {
        // RT-111: annotations and mounts come from the engine, so privileges do not matter.
        if (AnnotationRequest.Devices(_image, _settings.AnnotationPrefixes) is { Count: > 0 } annotated)
            return annotated;
        if (_settings.AcceptsVolumeMounts && VolumeMountRequest.Devices(_image, _settings.FollowsHookRules) is { Count: > 0 } mounted)
            return mounted;
        IReadOnlyList<string> variables = EnvironmentRequest.DeviceVariables(_image, _settings.PreferredVariables);
        List<string> requested = EnvironmentRequest.Evaluate(_image, variables, _settings.FollowsHookRules);
        // RT-113: asking for nothing needs no permission.
        if (requested.Count == 0 || MayUseEnvironment)
            return requested;
        // RT-114
        Log.Warning($"Ignoring devices requested by environment variable(s) in unprivileged container: [{string.Join(' ', variables)}]");
        return [];
    }
}
