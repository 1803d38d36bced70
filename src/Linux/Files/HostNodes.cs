using GpuContainers.Linux.Paths;

namespace GpuContainers.Linux.Files;

/// <summary>Device nodes and links of the host.</summary>
public static class HostNodes
{
    private const uint CharacterDevice = 0x2000;

    /// <summary>Makes a character device with exactly this mode, whatever the umask is.</summary>
    /// <exception cref="LinuxException">It exists, its folder does not, or it may not be made.</exception>
    public static unsafe void CreateCharacterDevice(string path, uint major, uint minor, UnixFileMode mode)
    {
        fixed (byte* name = Libc.Terminated(path))
        {
            if (Libc.MakeNodeAt(Libc.WorkingDirectory, name, CharacterDevice | (uint)mode, Libc.DeviceNumber(major, minor)) != 0)
                throw new LinuxException(Libc.LastError, "mknod", path);
            if (Libc.ChangeModeOf(name, mode) != 0)
                throw new LinuxException(Libc.LastError, "chmod", path);
        }
    }

    /// <summary>Gives a node its owner and its mode; links are followed.</summary>
    /// <exception cref="LinuxException">It may not be changed.</exception>
    public static unsafe void SetOwner(string path, uint uid, uint gid, UnixFileMode mode)
    {
        fixed (byte* name = Libc.Terminated(path))
        {
            if (Libc.ChangeOwnerAt(Libc.WorkingDirectory, name, uid, gid, 0) != 0)
                throw new LinuxException(Libc.LastError, "chown", path);
            if (Libc.ChangeModeOf(name, mode) != 0)
                throw new LinuxException(Libc.LastError, "chmod", path);
        }
    }

    /// <summary>Makes a symbolic link, in place of one of the same name, at once: a reader finds the old link or the new one.</summary>
    /// <exception cref="LinuxException">The link could not be made, or something else than a link has its name (EEXIST).</exception>
    public static unsafe void ReplaceLink(string target, string path)
    {
        if (HostFile.TryStatus(path, followLinks: false, out FileStatus old) && old.Kind != FileKind.Link)
            throw new LinuxException(Errno.EEXIST, "symlink", path);
        string temporary = LexicalPath.Parent(path) + "/" + AtomicFile.TemporaryName();
        fixed (byte* content = Libc.Terminated(target), source = Libc.Terminated(temporary), name = Libc.Terminated(path))
        {
            if (Libc.MakeLinkAt(content, Libc.WorkingDirectory, source) != 0)
                throw new LinuxException(Libc.LastError, "symlink", path);
            if (Libc.RenameAt(Libc.WorkingDirectory, source, Libc.WorkingDirectory, name) == 0)
                return;
            Errno error = Libc.LastError;
            _ = HostFile.Delete(temporary);
            throw new LinuxException(error, "rename", path);
        }
    }
}
