namespace GpuContainers.Linux.SystemCalls;

/// <content>linux/bpf.h: programs that filter devices.</content>
internal static partial class Libc
{
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
