using System.Runtime.InteropServices;
using GpuContainers.Linux.Files;

namespace GpuContainers.TestSupport;

/// <summary>Files that are none: what an image may hold where a file is expected.</summary>
public static partial class Nodes
{
    private const uint Pipe = 0x1000, CharacterDevice = 0x2000, Socket = 0xc000, Mode = (uint)FileModes.PublicFile;

    public static void MakePipe(string path) => Make(path, Pipe, 0);

    public static void MakeSocket(string path) => Make(path, Socket, 0);

    /// <summary>A character device with this number; 1:5 is /dev/zero, which has no end.</summary>
    public static void MakeDevice(string path, ulong major = 1, ulong minor = 5) => Make(path, CharacterDevice, (major << 8) | minor);

    private static void Make(string path, uint kind, ulong device)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Assert.True(MakeNode(path, kind | Mode, device) == 0, $"mknod {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeNode(string path, uint kindAndMode, ulong device);
}
