namespace GpuContainers.Linux.SystemCalls;

/// <content>sys/socket.h: what .NET's sockets cannot do, which is to ask who sent a message.</content>
internal static partial class Libc
{
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
