using System.Runtime.InteropServices;

namespace GpuContainers.Runtime.Hooks;

/// <summary>The end of a hook's patience: a container start must not hang because a file system below the root does (HK-23).</summary>
internal static class HookDeadline
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static HookLog? s_log;

    /// <summary>Starts the watch.</summary>
    /// <param name="log">Gets the error, and is ended with what the hook had to say until then.</param>
    internal static unsafe void Start(HookLog log)
    {
        s_log = log;
        ProcessDeadline.Start(s_limit, &Expire);
    }

    [UnmanagedCallersOnly]
    private static void Expire(nint unused)
    {
        s_log!.Write(
            LogLevel.Error, $"the hook did not finish within {s_limit.TotalSeconds} seconds: a file system used by the container does not answer, or its " +
            "files were made to keep the hook busy");
        s_log.End();
        ProcessEnd.Now(1);
    }
}
