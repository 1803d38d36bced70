namespace GpuContainers.Linux.SystemCalls;

/// <content>sys/stat.h: statx(2), whose structure is the same on every architecture.</content>
internal static partial class Libc
{
    internal const int EmptyPath = 0x1000;
    internal const int LinkNoFollow = 0x100;

    /// <summary>Type, mode, owner, inode, size, times and the mount's number (STATX_BASIC_STATS | STATX_MNT_ID).</summary>
    internal const uint StatusFields = 0x7ff | 0x1000;

    /// <summary>struct statx, as far as it is read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct StatusBuffer
    {
        [FieldOffset(0x08)] internal ulong Attributes;
        [FieldOffset(0x14)] internal uint Uid;
        [FieldOffset(0x18)] internal uint Gid;
        [FieldOffset(0x1c)] internal ushort Mode;
        [FieldOffset(0x20)] internal ulong Inode;
        [FieldOffset(0x28)] internal ulong Size;
        [FieldOffset(0x70)] internal long ModifiedSeconds;
        [FieldOffset(0x78)] internal uint ModifiedNanoseconds;
        [FieldOffset(0x80)] internal uint DeviceMajor;
        [FieldOffset(0x84)] internal uint DeviceMinor;
        [FieldOffset(0x88)] internal uint FileSystemMajor;
        [FieldOffset(0x8c)] internal uint FileSystemMinor;
        [FieldOffset(0x90)] internal ulong MountId;
    }

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    internal static unsafe partial int Status(int folder, byte* path, int flags, uint mask, StatusBuffer* status);
}
