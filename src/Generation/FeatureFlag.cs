namespace GpuContainers.Generation;

/// <summary>The feature flags of generation (discovery.md section 13.2).</summary>
public static class FeatureFlag
{
    /// <summary>Mounts libraries that carry no driver version too (DS-69).</summary>
    public const string ExplicitDriverLibraries = "enable-explicit-driver-libraries";

    /// <summary>Has no effect: the sandbox library is not used.</summary>
    public const string DisableSandboxUtils = "disable-nvsandboxutils";

    /// <summary>As <see cref="DisableSandboxUtils"/>.</summary>
    public const string DisableSandboxUtilsAlias = "disable-nvsandbox-utils";

    /// <summary>Tells on each GPU whether it shares addresses with the processor (GN-16).</summary>
    public const string CoherentAnnotations = "enable-coherent-annotations";

    /// <summary>Describes a Tegra host as one device, whatever GPUs it has (GN-34).</summary>
    public const string DisableMultipleCsvDevices = "disable-multiple-csv-devices";

    /// <summary>Leaves out the additional group ids; the command line turns it into <see cref="GenerationOptions.NoAdditionalGids"/> (RT-175).</summary>
    public const string NoAdditionalGids = "no-additional-gids-for-device-nodes";

    /// <summary>Leaves out the sockets (section 5.5).</summary>
    public const string DisableIpc = "disable-ipc-discoverer";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        ExplicitDriverLibraries, DisableSandboxUtils, DisableSandboxUtilsAlias, CoherentAnnotations, DisableMultipleCsvDevices, NoAdditionalGids, DisableIpc,
    ];
}
