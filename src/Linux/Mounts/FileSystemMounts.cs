using System.Globalization;

namespace GpuContainers.Linux.Mounts;

/// <summary>Where a file system is mounted.</summary>
internal static unsafe class FileSystemMounts
{
    private const string Table = "/proc/self/mountinfo";

    /// <summary>Whether a mount shows a file system as a whole, and no other mount that this process sees does so.</summary>
    /// <param name="number">The mount's number, as <see cref="FileStatus.MountId"/> has it.</param>
    /// <param name="device">The number of its file system, as <see cref="FileStatus.Device"/> has it.</param>
    /// <exception cref="LinuxException">The mount table cannot be read.</exception>
    internal static bool IsOnlyMount(ulong number, ulong device) => AskKernel(number, device) ?? AskTable(number);

    /// <summary>The answer of the calls for single mounts; null where the kernel does not have them (before Linux 6.8), or they are not allowed.</summary>
    /// <remarks>The text of a mount table costs three times as much, and its place on the heap: a host has hundreds of mounts, or thousands.</remarks>
    internal static bool? AskKernel(ulong number, ulong device)
    {
        const int batch = 256;
        ulong* mounts = stackalloc ulong[batch];
        bool isFound = false;
        int count;
        ulong last = 0;
        do
        {
            var request = new Libc.MountRequest { Size = Libc.MountRequestSize, Mount = Libc.AllMounts, Parameter = last };
            count = (int)Libc.SystemCall(Libc.CallListMount, (nint)(&request), (nint)mounts, batch, 0, 0);
            for (int i = 0; i < count; i++)
            {
                last = mounts[i];
                Errno error = Describe(last, Libc.DescribeFileSystem | Libc.DescribeMount, out Libc.MountDescription mount);
                if (error is not (Errno.None or Errno.ENOENT))
                    return null;
                // One that is gone meanwhile shows nothing.
                if (error == Errno.ENOENT || (((ulong)mount.FileSystemMajor << 32) | mount.FileSystemMinor) != device)
                    continue;
                if (IsWhole(last) is not { } isWhole)
                    return null;
                bool isAsked = mount.Number == number;
                if (isWhole != isAsked)
                    return false;
                isFound |= isAsked;
            }
        }
        while (count == batch);
        return count < 0 ? null : isFound;
    }

    /// <summary>The answer of the mount table, which every kernel has.</summary>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    internal static bool AskTable(ulong number)
    {
        IReadOnlyList<MountEntry> mounts = MountTable.Read(Table, static type => type == "tmpfs");
        string asked = number.ToString(CultureInfo.InvariantCulture);
        MountEntry? own = null;
        foreach (MountEntry mount in mounts)
        {
            if (mount.Number == asked)
                own = mount;
        }
        if (own is not { Root: "/" })
            return false;
        foreach (MountEntry mount in mounts)
        {
            if (mount.Number != asked && mount.Device == own.Device && mount.Root == "/")
                return false;
        }
        return true;
    }

    private static Errno Describe(ulong mount, ulong what, out Libc.MountDescription description)
    {
        var request = new Libc.MountRequest { Size = Libc.MountRequestSize, Mount = mount, Parameter = what };
        nint result;
        fixed (Libc.MountDescription* into = &description)
            result = Libc.SystemCall(Libc.CallStatMount, (nint)(&request), (nint)into, sizeof(Libc.MountDescription), 0, 0);
        return result == 0 ? Errno.None : Libc.LastError;
    }

    // Null where the kernel does not tell. A root for which the description has no room is that of a folder deep in the file system.
    private static bool? IsWhole(ulong mount) => Describe(mount, Libc.DescribeMountRoot, out Libc.MountDescription description) switch
    {
        Errno.None => description.RootText.SequenceEqual("/"u8),
        Errno.EOVERFLOW or Errno.ENOENT => false,
        _ => null,
    };
}
