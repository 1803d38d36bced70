namespace GpuContainers.Configuration.Model;

/// <summary><c>[features]</c>: three-state flags; absent (null) acts like false.</summary>
public sealed record FeaturesConfig
{
    /// <summary><c>allow-cuda-compat-libs-from-container</c>.</summary>
    public bool? AllowCudaCompatLibsFromContainer { get; init; }

    /// <summary><c>allow-ldconfig-from-container</c>: <c>nvidia-container-cli.ldconfig</c> may be a path inside the container.</summary>
    public bool? AllowLdconfigFromContainer { get; init; }

    /// <summary><c>allow-unknown-oci-spec-fields</c>: unknown members of config.json do not fail the shim.</summary>
    public bool? AllowUnknownOciSpecFields { get; init; }

    /// <summary><c>disable-cuda-compat-lib-hook</c>: no compat hook for <c>cuda-compat-mode = "hook"</c>.</summary>
    public bool? DisableCudaCompatLibHook { get; init; }

    /// <summary><c>disable-imex-channel-creation</c>: the prestart hook passes --no-create-imex-channels on.</summary>
    public bool? DisableImexChannelCreation { get; init; }

    /// <summary>
    /// <c>ignore-gated-envvars-when-unprivileged</c>: the variables of gated features need the permission that a request for devices by environment needs.
    /// </summary>
    public bool? IgnoreGatedVariablesWhenUnprivileged { get; init; }

    /// <summary><c>ignore-imex-channel-requests</c>: IMEX requests of environment and mounts do not count.</summary>
    public bool? IgnoreImexChannelRequests { get; init; }

    /// <summary><c>no-additional-gids-for-device-nodes</c>: no supplementary groups for device nodes that are not world-accessible.</summary>
    public bool? NoAdditionalGidsForDeviceNodes { get; init; }
}
