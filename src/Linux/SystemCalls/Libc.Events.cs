namespace GpuContainers.Linux.SystemCalls;

/// <content>linux/netlink.h, sys/inotify.h: what the kernel tells by itself.</content>
internal static partial class Libc
{
    internal const int NetlinkFamily = 16;
    internal const int RawSocket = 3;

    /// <summary>NETLINK_KOBJECT_UEVENT.</summary>
    internal const int KernelEvents = 15;

    /// <summary>IN_CLOSE_WRITE, IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE: the names of a folder and what they stand for.</summary>
    internal const uint FolderChanges = 0x8 | 0x40 | 0x80 | 0x100 | 0x200;

    /// <summary>IN_ONLYDIR.</summary>
    internal const uint OnlyFolders = 0x1000000;

    /// <summary>struct sockaddr_nl.</summary>
    internal struct NetlinkAddress
    {
        internal ushort Family;
        internal ushort Unused;
        internal uint Sender;
        internal uint Groups;
    }

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static unsafe partial int BindNetlink(int fd, NetlinkAddress* address, uint length);

    [LibraryImport(Library, EntryPoint = "recvfrom", SetLastError = true)]
    internal static unsafe partial nint ReceiveNetlink(int fd, byte* buffer, nuint size, int flags, NetlinkAddress* address, uint* length);

    [LibraryImport(Library, EntryPoint = "inotify_init1", SetLastError = true)]
    internal static partial int StartFolderWatch(int flags);

    [LibraryImport(Library, EntryPoint = "inotify_add_watch", SetLastError = true)]
    internal static unsafe partial int WatchFolder(int fd, byte* path, uint events);
}
