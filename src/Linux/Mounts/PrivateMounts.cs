using GpuContainers.Linux.Files;
using GpuContainers.Linux.SystemCalls;

namespace GpuContainers.Linux.Mounts;

/// <summary>Work in a mount namespace of its own, which nobody else sees.</summary>
internal static class PrivateMounts
{
    /// <summary>
    /// Runs the work on a thread of its own, which leaves the process's mount namespace for a copy that propagates nothing, and then ends (HK-132).
    /// What survives is what the work returns: a handle.
    /// </summary>
    /// <exception cref="LinuxException">The namespace could not be made, or the work failed.</exception>
    internal static Descriptor Run(Func<Descriptor> work)
    {
        Descriptor? result = null;
        LinuxException? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    Enter();
                    result = work();
                }
                catch (LinuxException error)
                {
                    failure = error;
                }
            },
            maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        return result ?? throw failure!;
    }

    private static unsafe void Enter()
    {
        if (Libc.Unshare(Libc.NewMountNamespace) != 0)
            throw new LinuxException(Libc.LastError, "unshare mount namespace", "");
        fixed (byte* root = "/\0"u8)
        {
            if (Libc.Mount(null, root, null, Libc.MountRecursive | Libc.MountPrivate, null) != 0)
                throw new LinuxException(Libc.LastError, "make mounts private", "/");
        }
    }
}
