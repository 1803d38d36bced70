namespace GpuContainers.Generation.Hooks;

/// <summary>The hooks of a generated specification.</summary>
public static class HookName
{
    /// <summary>Makes symbolic links in the container.</summary>
    public const string CreateSymlinks = "create-symlinks";

    /// <summary>Changes modes of folders in the container; off unless enabled.</summary>
    public const string Chmod = "chmod";

    /// <summary>Puts the container's own newer CUDA library in front.</summary>
    public const string EnableCudaCompat = "enable-cuda-compat";

    /// <summary>Refreshes the container's library cache.</summary>
    public const string UpdateLdcache = "update-ldcache";

    /// <summary>Keeps the driver from changing device nodes in the container.</summary>
    public const string DisableDeviceNodeModification = "disable-device-node-modification";

    /// <summary>Limits the application profiles to the container's GPUs.</summary>
    public const string UpdateApplicationProfile = "update-application-profile";

    /// <summary>Limits the GPU memory of the container's cgroup, if the container asks for it.</summary>
    public const string ApplyCudaMemoryLimits = "apply-cuda-memory-limits";

    /// <summary>Stands for every hook in the lists of hooks to disable.</summary>
    public const string All = "all";
}
