using System.Runtime.InteropServices;

namespace GpuContainers.Core.Tests.Hooks;

/// <summary>Files that .NET cannot make.</summary>
internal static partial class Nodes
{
    /// <summary>Makes a named pipe.</summary>
    public static void MakePipe(string path) => Assert.True(MakePipe(path, 0x1b6) == 0, $"mkfifo {path}: error {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
