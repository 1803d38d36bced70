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

    internal const int MonotonicClock = 1;

    /// <summary>CLOCK_THREAD_CPUTIME_ID.</summary>
    internal const int ThreadClock = 3;

    /// <summary>SIGEV_THREAD: a thread is made for the call when the time comes, not before.</summary>
    internal const int NotifyByThread = 2;

    /// <summary>struct sigevent.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    internal unsafe struct TimerEvent
    {
        [FieldOffset(12)] internal int Notify;
        [FieldOffset(16)] internal delegate* unmanaged<nint, void> Function;
    }

    /// <summary>struct timespec.</summary>
    internal struct ClockTime
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    [LibraryImport(Library, EntryPoint = "clock_gettime", SetLastError = true)]
    internal static unsafe partial int GetTime(int clock, ClockTime* time);

    /// <summary>struct itimerspec.</summary>
    internal struct TimerSetting
    {
        internal long IntervalSeconds;
        internal long IntervalNanoseconds;
        internal long Seconds;
        internal long Nanoseconds;
    }

    [LibraryImport(Library, EntryPoint = "timer_create", SetLastError = true)]
    internal static unsafe partial int CreateTimer(int clock, TimerEvent* notification, nint* timer);

    [LibraryImport(Library, EntryPoint = "timer_settime", SetLastError = true)]
    internal static unsafe partial int SetTimer(nint timer, int flags, TimerSetting* setting, TimerSetting* before);

    internal const int UnixFamily = 1;
    internal const int StreamSocket = 1;
    internal const int SocketLevel = 1;
    internal const int PassCredentials = 16;

    /// <summary>SCM_CREDENTIALS.</summary>
    internal const int CredentialsMessage = 2;

    /// <summary>The room for a path in sockaddr_un, its final NUL included.</summary>
    internal const int SocketPathSize = 108;

    /// <summary>struct iovec.</summary>
    internal unsafe struct Buffer
    {
        internal byte* Start;
        internal nuint Length;
    }

    /// <summary>struct msghdr of the C library.</summary>
    internal unsafe struct Message
    {
        internal byte* Name;
        internal uint NameLength;
        internal Buffer* Buffers;
        internal nuint BufferCount;
        internal byte* Control;
        internal nuint ControlLength;
        internal int Flags;
    }

    /// <summary>struct cmsghdr with a struct ucred behind it.</summary>
    internal struct CredentialsHeader
    {
        internal nuint Length;
        internal int Level;
        internal int Type;
        internal int Process;
        internal uint User;
        internal uint Group;
    }

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static unsafe partial int SetSocketOption(int fd, int level, int option, int* value, uint length);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    internal static unsafe partial int Connect(int fd, byte* address, uint length);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    internal static unsafe partial nint ReceiveMessage(int fd, Message* message, int flags);
}
