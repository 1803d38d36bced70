namespace GpuContainers.Linux.Processes;

/// <summary>The root directory of this process.</summary>
public static class ProcessRoot
{
    /// <summary>Makes a directory the root and the working directory; for a process that is there for this alone.</summary>
    /// <exception cref="LinuxException">It is missing, or the process may not do that.</exception>
    public static unsafe void Enter(string path)
    {
        fixed (byte* root = Libc.Terminated(path), top = "/\0"u8)
        {
            if (Libc.ChangeRoot(root) != 0)
                throw new LinuxException(Libc.LastError, "change root", path);
            if (Libc.ChangeDirectory(top) != 0)
                throw new LinuxException(Libc.LastError, "change directory", path);
        }
    }
}
