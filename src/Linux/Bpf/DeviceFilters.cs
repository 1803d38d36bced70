using System.Buffers.Binary;

namespace GpuContainers.Linux.Bpf;

/// <summary>The programs that decide which devices the processes of a group (cgroup version 2) may open: bpf(2), without a library.</summary>
public static class DeviceFilters
{
    private const int AllowMulti = 2;
    private const int Replace = 4;
    private const int MostPrograms = 64;
    private const int LargestProgram = 1 << 20;

    /// <summary>The size of one instruction.</summary>
    public const int InstructionSize = 8;

    /// <summary>The numbers of the programs that are attached to a group itself.</summary>
    /// <param name="group">The group's folder.</param>
    /// <param name="flags">How they are attached; to be passed on to <see cref="Exchange"/>.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static unsafe IReadOnlyList<uint> Attached(Descriptor group, out uint flags)
    {
        for (int most = MostPrograms; ; most *= 2)
        {
            uint[] ids = new uint[most];
            fixed (uint* numbers = ids)
            {
                var query = new Libc.BpfQuery { Target = (uint)group.Number, Kind = Libc.BpfDeviceKind, Numbers = (ulong)numbers, Count = (uint)most };
                if (Libc.Bpf(Libc.BpfQueryCommand, &query, sizeof(Libc.BpfQuery)) >= 0)
                {
                    flags = query.AttachFlags;
                    return ids[..(int)query.Count];
                }
            }
            if (Libc.LastError != Errno.ENOSPC)
                throw new LinuxException(Libc.LastError, "query device programs", "");
        }
    }

    /// <summary>Opens a program by its number.</summary>
    /// <exception cref="LinuxException">It is gone (ENOENT), or the caller may not (EPERM).</exception>
    public static unsafe Descriptor Open(uint id)
    {
        var request = new Libc.BpfNumber { Id = id };
        nint fd = Libc.Bpf(Libc.BpfOpenCommand, &request, sizeof(Libc.BpfNumber));
        return fd >= 0 ? new Descriptor((int)fd) : throw new LinuxException(Libc.LastError, "open device program", "");
    }

    /// <summary>The instructions of a program.</summary>
    /// <exception cref="LinuxException">The kernel does not show them (ENODATA), or refused.</exception>
    public static unsafe byte[] Instructions(Descriptor program)
    {
        var info = new Libc.BpfProgramInfo();
        ReadInfo(program, &info);
        if (info.InstructionBytes is 0 or > LargestProgram)
            throw new LinuxException(Errno.ENODATA, "read device program", "");
        byte[] instructions = new byte[info.InstructionBytes];
        fixed (byte* start = instructions)
        {
            info = new Libc.BpfProgramInfo { InstructionBytes = (uint)instructions.Length, Instructions = (ulong)start };
            ReadInfo(program, &info);
        }
        // A kernel that hides them leaves the address empty.
        return info.Instructions != 0 ? instructions : throw new LinuxException(Errno.ENODATA, "read device program", "");
    }

    /// <summary>Loads a program.</summary>
    /// <exception cref="LinuxException">The kernel does not accept it.</exception>
    public static unsafe Descriptor Load(ReadOnlySpan<byte> instructions)
    {
        fixed (byte* start = instructions, license = "Apache\0"u8)
        {
            var request = new Libc.BpfLoad
            {
                Type = Libc.BpfDeviceProgram,
                Count = (uint)(instructions.Length / InstructionSize),
                Instructions = (ulong)start,
                License = (ulong)license,
                AttachKind = Libc.BpfDeviceKind,
            };
            nint fd = Libc.Bpf(Libc.BpfLoadCommand, &request, sizeof(Libc.BpfLoad));
            return fd >= 0 ? new Descriptor((int)fd) : throw new LinuxException(Libc.LastError, "load device program", "");
        }
    }

    /// <summary>Kernels before 5.11 count programs as locked memory of their user, of which even root may have little.</summary>
    public static unsafe void RaiseMemoryLimit()
    {
        var limit = new Libc.ResourceLimit { Soft = ulong.MaxValue, Hard = ulong.MaxValue };
        // Who may not raise it has what he has, and the load tells (CL-123).
        _ = Libc.SetLimit(Libc.LimitLockedMemory, &limit);
    }

    /// <summary>Puts a program in the place of another; at no moment is the group without one of them.</summary>
    /// <param name="group">The group's folder.</param>
    /// <param name="old">The program that goes.</param>
    /// <param name="next">The program that comes.</param>
    /// <param name="flags">How the old one is attached.</param>
    /// <exception cref="LinuxException">The kernel refused; the old one is still there then.</exception>
    public static void Exchange(Descriptor group, Descriptor old, Descriptor next, uint flags)
    {
        // A group that takes only one program has it replaced by attaching another.
        if ((flags & AllowMulti) == 0)
        {
            Require(Attach(group, next, flags, null), "attach device program");
            return;
        }
        Errno error = Attach(group, next, AllowMulti | Replace, old);
        // Kernels before 5.6; all programs have to agree, so two of them allow no more than one.
        if (error == Errno.EINVAL)
        {
            Require(Attach(group, next, AllowMulti, null), "attach device program");
            error = Detach(group, old);
        }
        Require(error, "replace device program");
    }

    /// <summary>Attaches a program beside those that are there.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void Add(Descriptor group, Descriptor program) => Require(Attach(group, program, AllowMulti, null), "attach device program");

    /// <summary>One instruction.</summary>
    public static void Write(Span<byte> into, byte code, int to, int from, short offset, int value)
    {
        into[0] = code;
        into[1] = (byte)((from << 4) | to);
        BinaryPrimitives.WriteInt16LittleEndian(into[2..], offset);
        BinaryPrimitives.WriteInt32LittleEndian(into[4..], value);
    }

    private static unsafe void ReadInfo(Descriptor program, Libc.BpfProgramInfo* info)
    {
        var request = new Libc.BpfInfo { Program = (uint)program.Number, Length = (uint)sizeof(Libc.BpfProgramInfo), Info = (ulong)info };
        if (Libc.Bpf(Libc.BpfInfoCommand, &request, sizeof(Libc.BpfInfo)) < 0)
            throw new LinuxException(Libc.LastError, "read device program", "");
    }

    private static unsafe Errno Attach(Descriptor group, Descriptor program, uint flags, Descriptor? replaced)
    {
        var request = new Libc.BpfAttach
        {
            Target = (uint)group.Number,
            Program = (uint)program.Number,
            Kind = Libc.BpfDeviceKind,
            Flags = flags,
            Replaced = (uint)(replaced?.Number ?? 0),
        };
        return Libc.Bpf(Libc.BpfAttachCommand, &request, sizeof(Libc.BpfAttach)) >= 0 ? Errno.None : Libc.LastError;
    }

    private static unsafe Errno Detach(Descriptor group, Descriptor program)
    {
        var request = new Libc.BpfAttach { Target = (uint)group.Number, Program = (uint)program.Number, Kind = Libc.BpfDeviceKind };
        return Libc.Bpf(Libc.BpfDetachCommand, &request, sizeof(Libc.BpfAttach)) >= 0 ? Errno.None : Libc.LastError;
    }

    private static void Require(Errno error, string operation)
    {
        if (error != Errno.None)
            throw new LinuxException(error, operation, "");
    }
}
