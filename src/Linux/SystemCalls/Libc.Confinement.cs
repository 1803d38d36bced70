namespace GpuContainers.Linux.SystemCalls;

/// <content>linux/filter.h, sys/resource.h, grp.h: what a program may do.</content>
internal static partial class Libc
{
    internal const int LimitProcessorTime = 0;
    internal const int LimitFileSize = 1;
    internal const int LimitOpenFiles = 7;
    internal const int LimitLockedMemory = 8;
    internal const int LimitAddressSpace = 9;

    /// <summary>PR_SET_NO_NEW_PRIVS.</summary>
    internal const int SetNoNewPrivileges = 38;

    /// <summary>struct sock_filter.</summary>
    internal readonly struct FilterInstruction(ushort code, byte ifTrue, byte ifFalse, uint value)
    {
        internal readonly ushort Code = code;
        internal readonly byte IfTrue = ifTrue;
        internal readonly byte IfFalse = ifFalse;
        internal readonly uint Value = value;
    }

    /// <summary>struct sock_fprog.</summary>
    internal unsafe struct FilterProgram
    {
        internal ushort Length;
        internal FilterInstruction* Instructions;
    }

    /// <summary>struct rlimit.</summary>
    internal struct ResourceLimit
    {
        internal ulong Soft;
        internal ulong Hard;
    }

    [LibraryImport(Library, EntryPoint = "setrlimit", SetLastError = true)]
    internal static unsafe partial int SetLimit(int resource, ResourceLimit* limit);

    [LibraryImport(Library, EntryPoint = "setgroups", SetLastError = true)]
    internal static unsafe partial int SetGroups(nuint count, uint* groups);

    [LibraryImport(Library, EntryPoint = "setresgid", SetLastError = true)]
    internal static partial int SetGroup(uint real, uint effective, uint saved);

    [LibraryImport(Library, EntryPoint = "setresuid", SetLastError = true)]
    internal static partial int SetUser(uint real, uint effective, uint saved);
}
