namespace GpuContainers.Generation;

/// <summary>The feature flags of generation.</summary>
public static class FeatureFlag
{
    /// <summary>Mounts libraries that carry no driver version too.</summary>
    public const string ExplicitDriverLibraries = "enable-explicit-driver-libraries";

    /// <summary>Has no effect: the sandbox library is not used.</summary>
    public const string DisableSandboxUtils = "disable-nvsandboxutils";

    /// <summary>As <see cref="DisableSandboxUtils"/>.</summary>
    public const string DisableSandboxUtilsAlias = "disable-nvsandbox-utils";

    /// <summary>Tells on each GPU whether it shares addresses with the processor.</summary>
    public const string CoherentAnnotations = "enable-coherent-annotations";

    /// <summary>Describes a Tegra host as one device, whatever GPUs it has.</summary>
    public const string DisableMultipleCsvDevices = "disable-multiple-csv-devices";

    /// <summary>Leaves out the additional group ids; the command line turns it into <see cref="GenerationOptions.NoAdditionalGids"/>.</summary>
    public const string NoAdditionalGids = "no-additional-gids-for-device-nodes";

    /// <summary>Leaves out the sockets.</summary>
    public const string DisableIpc = "disable-ipc-discoverer";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        ExplicitDriverLibraries, DisableSandboxUtils, DisableSandboxUtilsAlias, CoherentAnnotations, DisableMultipleCsvDevices, NoAdditionalGids, DisableIpc,
    ];
}
