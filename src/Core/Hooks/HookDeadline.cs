using GpuContainers.Linux;

namespace GpuContainers.Core.Hooks;

/// <summary>The end of a hook's patience: a container start must not hang because a file system below the root does (HK-23).</summary>
internal static class HookDeadline
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>Starts the watch: a sleeping thread, because a call that hangs in the kernel cannot look at a clock itself.</summary>
    internal static void Start() => new Thread(Watch, maxStackSize: 128 * 1024) { IsBackground = true }.Start();

    private static void Watch()
    {
        Thread.Sleep(s_limit);
        Log.Error($"the hook did not finish within {s_limit.TotalSeconds} seconds: a file system used by the container does not answer, or its files were made to keep the hook busy");
        ProcessEnd.Now(1);
    }
}
