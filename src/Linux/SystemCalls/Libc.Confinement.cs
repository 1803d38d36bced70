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

    internal const int BpfLoadCommand = 5;
    internal const int BpfAttachCommand = 8;
    internal const int BpfDetachCommand = 9;
    internal const int BpfOpenCommand = 13;
    internal const int BpfInfoCommand = 15;
    internal const int BpfQueryCommand = 16;

    /// <summary>BPF_PROG_TYPE_CGROUP_DEVICE.</summary>
    internal const uint BpfDeviceProgram = 15;

    /// <summary>BPF_CGROUP_DEVICE.</summary>
    internal const uint BpfDeviceKind = 6;

    private static nint BpfNumberOfCall => IsArm ? 280 : 321;

    internal struct BpfNumber
    {
        internal uint Id;
        internal uint Next;
        internal uint Flags;
    }

    internal struct BpfQuery
    {
        internal uint Target;
        internal uint Kind;
        internal uint QueryFlags;
        internal uint AttachFlags;
        internal ulong Numbers;
        internal uint Count;
        internal uint Padding;
    }

    internal struct BpfInfo
    {
        internal uint Program;
        internal uint Length;
        internal ulong Info;
    }

    internal struct BpfAttach
    {
        internal uint Target;
        internal uint Program;
        internal uint Kind;
        internal uint Flags;
        internal uint Replaced;
    }

    [StructLayout(LayoutKind.Explicit, Size = 72)]
    internal struct BpfLoad
    {
        [FieldOffset(0)] internal uint Type;
        [FieldOffset(4)] internal uint Count;
        [FieldOffset(8)] internal ulong Instructions;
        [FieldOffset(16)] internal ulong License;
        [FieldOffset(68)] internal uint AttachKind;
    }

    /// <summary>struct bpf_prog_info, as far as it is read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 80)]
    internal struct BpfProgramInfo
    {
        [FieldOffset(20)] internal uint InstructionBytes;
        [FieldOffset(32)] internal ulong Instructions;
    }

    /// <summary>bpf(2).</summary>
    internal static unsafe nint Bpf(int command, void* attributes, int size) => SystemCall(BpfNumberOfCall, command, (nint)attributes, size, 0, 0);
}
