using System.Globalization;
using GpuContainers.Linux.Paths;
using GpuContainers.Linux.SystemCalls;

namespace GpuContainers.Linux.Files;

/// <summary>Files of our own making, put under their names only when they are complete.</summary>
public static class WholeFile
{
    /// <summary>
    /// Writes a temporary file in the same directory, with its final mode, syncs it, and renames it over the name; a symbolic link of that name is
    /// replaced, not followed. No temporary file stays behind, whatever fails.
    /// </summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="content">All of its content.</param>
    /// <param name="mode">Its mode, independent of the umask.</param>
    /// <param name="overwrite">Whether a file of that name is replaced; else it is an error (EEXIST), checked by the kernel.</param>
    /// <exception cref="LinuxException">A step failed; what had the name still has it.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, bool overwrite = true)
    {
        string folder = LexicalPath.Parent(path);
        string temporary = LexicalPath.Join(folder, TemporaryName());
        using Descriptor file = HostFile.Open(temporary, Libc.NewFile, FileModes.PrivateFile);
        bool renamed = false;
        try
        {
            file.Write(content, path);
            if (Libc.ChangeMode(file.Number, mode) != 0)
                throw new LinuxException(Libc.LastError, "chmod", path);
            if (Libc.Sync(file.Number) != 0)
                throw new LinuxException(Libc.LastError, "sync", path);
            Rename(temporary, path, overwrite);
            renamed = true;
        }
        finally
        {
            if (!renamed)
                _ = HostFile.Delete(temporary);
        }
        SyncFolder(folder);
    }

    private static unsafe void Rename(string from, string to, bool overwrite)
    {
        fixed (byte* source = Libc.Terminated(from))
        fixed (byte* target = Libc.Terminated(to))
        {
            if (!overwrite)
            {
                if (Libc.RenameAt2(Libc.WorkingDirectory, source, Libc.WorkingDirectory, target, Libc.RenameNoReplace) == 0)
                    return;
                // Old kernels and some file systems do not know the flag; then a look before must do (CDI-76).
                if (Libc.LastError is not (Errno.EINVAL or Errno.ENOSYS))
                    throw new LinuxException(Libc.LastError, "rename", to);
                if (HostFile.TryStatus(to, followLinks: false, out _))
                    throw new LinuxException(Errno.EEXIST, "rename", to);
            }
            if (Libc.RenameAt(Libc.WorkingDirectory, source, Libc.WorkingDirectory, target) != 0)
                throw new LinuxException(Libc.LastError, "rename", to);
        }
    }

    // The content is in place by now; a file system that cannot sync a directory changes nothing about that.
    private static void SyncFolder(string folder)
    {
        if (!HostFile.TryOpen(folder, Libc.ReadOnly | Libc.Directory, 0, out Descriptor? handle, out _))
            return;
        using (handle)
            _ = Libc.Sync(handle!.Number);
    }

    private static string TemporaryName()
    {
        Span<byte> random = stackalloc byte[8];
        RandomBytes.Fill(random);
        return string.Create(CultureInfo.InvariantCulture, $"spec.{BitConverter.ToUInt64(random):x16}.tmp");
    }
}
