using System.Runtime.InteropServices;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Runtime.Hooks;

/// <summary>The end of a hook's patience: a container start must not hang because a file system below the root does (HK-23).</summary>
internal static class HookDeadline
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>Starts the watch.</summary>
    internal static unsafe void Start() => ProcessDeadline.Start(s_limit, &Expire);

    [UnmanagedCallersOnly]
    private static void Expire(nint unused)
    {
        // This thread has a log of its own; the level of every hook's log lets errors pass.
        Log.Start(LogLevel.Error, HookProgram.LogOn(HookStreams.OfProcess()));
        Log.Error(
            $"the hook did not finish within {s_limit.TotalSeconds} seconds: a file system used by the container does not answer, or its files were made to " +
            "keep the hook busy");
        ProcessEnd.Now(1);
    }
}
