using GpuContainers.Linux;

namespace GpuContainers.Core.Hooks;

/// <summary>The end of a hook's patience: a container start must not hang because a file system below the root does (HK-23).</summary>
internal static class HookDeadline
{
    /// <summary>Starts the watch.</summary>
    internal static void Start() => ProcessDeadline.Start(
        60, "the hook did not finish within 60 seconds: a file system used by the container does not answer, or its files were made to keep the hook busy"u8);
}
