using GpuContainers.Configuration.Model;
using GpuContainers.Runtime.Requests;
using GpuContainers.Runtime.Requirements;

namespace GpuContainers.Runtime.Prestart;

/// <summary>What a container asks the CLI for, checked against what it may ask for.</summary>
internal sealed record HookRequest
{
    /// <summary>The devices; one empty name for the driver files without a GPU.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Whether every device is a fully qualified CDI name.</summary>
    public bool OnlyQualifiedNames { get; init; }

    /// <summary>The value for <c>--mig-config</c>; empty for none.</summary>
    public string MigConfig { get; init; } = "";

    /// <summary>The value for <c>--mig-monitor</c>; empty for none.</summary>
    public string MigMonitor { get; init; } = "";

    /// <summary>The IMEX channels.</summary>
    public IReadOnlyList<string> ImexChannels { get; init; } = [];

    /// <summary>The capabilities in ascending order.</summary>
    public IReadOnlyCollection<string> Capabilities { get; init; } = [];

    /// <summary>The requirements of the image.</summary>
    public IReadOnlyList<string> Requirements { get; init; } = [];

    /// <summary>Evaluates a container's request; null when it asks for no device, before anything else is checked (LG-39).</summary>
    /// <exception cref="CoreException">The container asks for what it may not have, or in words that make no sense.</exception>
    public static HookRequest? From(ContainerFacts image, ToolkitConfig config, DriverCapabilities supported)
    {
        var request = new ContainerRequest(image, Settings(config));
        if (request.Devices.Count == 0)
            return null;
        // MIG, then channels, then capabilities, then requirements (LG-74).
        return new HookRequest
        {
            Devices = request.Devices,
            OnlyQualifiedNames = request.OnlyQualifiedNames,
            MigConfig = Mig(image, "CONFIG"),
            MigMonitor = Mig(image, "MONITOR"),
            ImexChannels = request.ImexChannels(),
            Capabilities = CapabilitiesOf(image, supported),
            Requirements = RequirementsOf(image, config),
        };
    }

    // Annotations never count here (LG-28).
    private static RequestSettings Settings(ToolkitConfig config) => new()
    {
        FollowsHookRules = true,
        AcceptsVolumeMounts = config.AcceptVolumeMounts,
        AcceptsUnprivilegedEnvironment = config.AcceptEnvironmentWhenUnprivileged,
        PreferredVariables = RequestSettings.VariableNames(config.SwarmResource),
        IgnoresImexChannels = config.Features.IgnoreImexChannelRequests == true,
    };

    // Whoever may configure MIG devices configures them for everybody, so the container must be privileged (LG-51, LG-52).
    private static string Mig(ContainerFacts image, string kind)
    {
        string value = image.Variable($"NVIDIA_MIG_{kind}_DEVICES");
        if (value.Length > 0 && !image.IsPrivileged)
        {
            throw new CoreException(
                $"cannot set MIG_{kind}_DEVICES in non privileged container; give it CAP_SYS_ADMIN, or leave NVIDIA_MIG_{kind}_DEVICES out");
        }
        return value;
    }

    private static IReadOnlyCollection<string> CapabilitiesOf(ContainerFacts image, DriverCapabilities supported)
    {
        const string variable = "NVIDIA_DRIVER_CAPABILITIES";
        // Images from before the variable expect everything (LG-42).
        if (!image.HasVariable(variable) && image.IsLegacyCudaImage)
            return supported.Names;
        string text = image.Variable(variable);
        if (text.Length == 0)
            return DriverCapabilities.Default.Intersect(supported).Names;
        // A capability that is not supported is an error, except through the word all (LG-43, LG-44).
        var requested = DriverCapabilities.Parse(text);
        DriverCapabilities granted = supported.Intersect(requested);
        if (!requested.IsAll && !supported.Includes(requested))
        {
            throw new CoreException(
                $"unsupported capabilities found in '{ShownValues.One(requested.ToString())}' (allowed '{granted}'); correct {variable} of the container or " +
                    "supported-driver-capabilities of the host");
        }
        return granted.Names;
    }

    // The configuration overrides the container (LG-46).
    private static List<string> RequirementsOf(ContainerFacts image, ToolkitConfig config)
    {
        if (config.DisableRequire || ImageRequirements.AreDisabled(image))
            return [];
        try
        {
            return ImageRequirements.Collect(image);
        }
        catch (CoreException error)
        {
            throw error.Within("failed to get requirements ", "correct CUDA_VERSION of the image, or set NVIDIA_DISABLE_REQUIRE=1 in the container");
        }
    }
}
