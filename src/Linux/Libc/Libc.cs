using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GpuContainers.Linux;

/// <summary>The C library, as far as .NET has no door to it. One file for each area of its headers.</summary>
internal static partial class Libc
{
    private const string Library = "libc";

    /// <summary>The error number of the last call that set it.</summary>
    internal static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>write(2), once: no retry, no exception; the number of bytes or -1.</summary>
    internal static unsafe nint WriteOnce(SafeFileHandle handle, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            return Write(handle, start, (nuint)bytes.Length);
    }

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(SafeFileHandle fd, byte* buffer, nuint count);
}
