using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using GpuContainers.Linux.Events;

namespace GpuContainers.Ctk.Cdi.Refresh;

/// <summary>When a refresh is due.</summary>
internal static class HostChanges
{
    // Files come by the hundred while a driver is installed: a refresh waits for a pause, but not for ever.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan s_longestUnrest = TimeSpan.FromSeconds(5);

    // Nodes and files of a driver that is being loaded appear without an event of the kernel.
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    /// <summary>Whether an event of the kernel may concern a GPU: of a module, of a PCI or graphics device, or of anything of NVIDIA.</summary>
    public static bool Matters(ReadOnlySpan<byte> text) =>
        text.IndexOf("nvidia"u8) >= 0 || text.IndexOf("SUBSYSTEM=module\0"u8) >= 0 || text.IndexOf("SUBSYSTEM=pci\0"u8) >= 0
            || text.IndexOf("SUBSYSTEM=drm\0"u8) >= 0;

    /// <summary>Refreshes until the specification describes the host, or the time is over.</summary>
    public static RefreshStatus Await(SpecRefresh refresh, KernelEvents events, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        RefreshStatus status = refresh.Run();
        while (status.State != RefreshState.Current && clock.Elapsed < limit)
        {
            TimeSpan left = limit - clock.Elapsed;
            _ = events.Wait(left < s_look ? left : s_look);
            status = refresh.Run();
        }
        return status;
    }

    /// <summary>Refreshes at every change, and at every interval for what nobody tells.</summary>
    [DoesNotReturn]
    public static void Follow(SpecRefresh refresh, KernelEvents events, TimeSpan interval)
    {
        while (true)
        {
            foreach (string folder in refresh.Status.Paths.Where(HostFile.IsDirectory).Concat(["/dev", "/dev/nvidia-caps", "/dev/dri"]))
                _ = events.Watch(folder);
            if (events.Wait(interval))
                Settle(events);
            try
            {
                _ = refresh.Run();
            }
            catch (Exception failure) when (failure is CdiException or LinuxException)
            {
                // A full or read-only file system may be another one at the next change.
                Log.Error(failure.Message);
            }
        }
    }

    private static void Settle(KernelEvents events)
    {
        var clock = Stopwatch.StartNew();
        bool isUnrest = true;
        while (isUnrest && clock.Elapsed < s_longestUnrest)
            isUnrest = events.Wait(s_pause);
    }
}
