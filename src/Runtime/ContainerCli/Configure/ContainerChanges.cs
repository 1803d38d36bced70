using GpuContainers.Linux.Mounts;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>What is changed in a container: mounts, and what is made to mount on. All of it can be taken back (CL-101).</summary>
/// <param name="root">The container.</param>
/// <param name="writable">Where something may be made.</param>
/// <param name="rootfs">The root's path, for messages.</param>
internal sealed class ContainerChanges(ContainerRoot root, WritableMounts writable, string rootfs) : IDisposable
{
    private readonly List<Descriptor> _mounted = [];
    private readonly List<MadeEntry> _made = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        _mounted.ForEach(static mount => mount.Dispose());
        _made.ForEach(static entry => entry.Dispose());
    }

    /// <summary>Takes everything back, the last change first; to be called in the container's namespace.</summary>
    internal void Undo()
    {
        for (int i = _mounted.Count - 1; i >= 0; i--)
            _ = HandleMounts.Detach(_mounted[i]);
        for (int i = _made.Count - 1; i >= 0; i--)
            _made[i].Remove();
    }

    /// <summary>Mounts something at a path; what is missing there is made (CL-83, CL-84).</summary>
    /// <exception cref="CliException">The target cannot be made, or the kernel refuses the mount.</exception>
    internal void Mount(PreparedMount mount, string path)
    {
        using Descriptor target = Target(path, mount.Source.Kind == FileKind.Directory, mount.Source.Mode & FileModes.All);
        Attach(path, () => mount.AttachTo(target, () => Again(path)));
    }

    /// <summary>Mounts something in a folder that this program made, under a relative path that is free.</summary>
    internal void Mount(PreparedMount mount, ContainerDirectory folder, string path)
    {
        using Descriptor target = Within(folder, path, mount.Source);
        Attach($"{folder.Path}/{path}", () => mount.AttachTo(target, () => Find(folder, path)));
    }

    /// <summary>Mounts an empty file system in memory, which only its owner may change, on a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="makes">Whether a missing folder is made.</param>
    internal ContainerDirectory MountMemory(string path, bool makes)
    {
        using Descriptor target = makes ? Target(path, isDirectory: true, FileModes.ReadOnlyFolder) : Existing(path);
        Descriptor mounted = Attach(path, () => MemoryMount.AttachTo(target, FileModes.ReadOnlyFolder, () => Again(path)));
        // The list owns the handle; the folder gets one of its own.
        return ContainerDirectory.From(mounted.Duplicate(), ContainerPath.From(path));
    }

    /// <summary>Makes a folder if it is missing.</summary>
    internal void MakeFolder(string path) => Target(path, isDirectory: true, FileModes.PublicFolder).Dispose();

    /// <summary>Makes a symbolic link, unless something has its name already, or its folder is not to be written (CL-94).</summary>
    internal void Link(string folder, string name, string target)
    {
        if (!root.TryOpenDirectory(ContainerPath.From(folder), out ContainerDirectory? directory, out Errno error))
            throw Failure("file creation failed", folder, error);
        using (directory)
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(name);
            try
            {
                if (writable.Allows(directory!.Handle) && directory.CreateLink(bytes, System.Text.Encoding.UTF8.GetBytes(target)))
                    _made.Add(new MadeEntry(directory.Handle.Duplicate(), bytes, IsDirectory: false));
            }
            catch (LinuxException failure)
            {
                throw Failure("file creation failed", $"{folder}/{name}", failure.Errno);
            }
        }
    }

    /// <summary>The error for a path of the container (CL-82).</summary>
    internal CliException Failure(string what, string path, Errno error) => FailureOf(CliError.Mount, rootfs, what, path, error);

    /// <summary>The error for a path of a container.</summary>
    internal static CliException FailureOf(CliError kind, string rootfs, string what, string path, Errno error) => error switch
    {
        Errno.EXDEV => new CliException(kind, $"path error: {path} resolves outside of {rootfs}", "the image has a link there that leads out of it"),
        Errno.ELOOP => CliException.From(kind, "path error", rootfs + path, error),
        Errno.EPERM => CliException.From(kind, what, rootfs + path, error, "it is on a volume, or on a file system of the host, where nothing is made"),
        Errno.EISDIR or Errno.ENOTDIR => CliException.From(kind, what, rootfs + path, error, "the image has something else in that place"),
        Errno.EROFS => CliException.From(kind, what, rootfs + path, error, "a read-only root must have everything to mount on already"),
        _ => CliException.From(kind, what, rootfs + path, error),
    };

    private Descriptor Target(string path, bool isDirectory, UnixFileMode mode)
    {
        try
        {
            return root.MakeTarget(ContainerPath.From(path), isDirectory, mode, writable.Allows, _made);
        }
        catch (LinuxException error)
        {
            throw Failure("file creation failed", path, error.Errno);
        }
    }

    private Descriptor Existing(string path) => root.TryLookup(ContainerPath.From(path), followLast: true, out Descriptor? target, out Errno error)
        ? target!
        : throw CliException.From(CliError.Mount, "mount operation failed", rootfs + path, error, "the container's /proc must be mounted");

    private Descriptor Again(string path) => root.TryLookup(ContainerPath.From(path), followLast: true, out Descriptor? mounted, out Errno error)
        ? mounted!
        : throw new LinuxException(error, "look up", path);

    private Descriptor Attach(string path, Func<Descriptor> attach)
    {
        try
        {
            Descriptor mounted = attach();
            _mounted.Add(mounted);
            return mounted;
        }
        catch (LinuxException error)
        {
            throw CliException.From(
                CliError.Mount, "mount operation failed", rootfs + path, error.Errno,
                "whoever gives devices to a container needs CAP_SYS_ADMIN over its mount namespace");
        }
    }

    private static Descriptor Within(ContainerDirectory folder, string path, in FileStatus source)
    {
        string[] parts = path.Split('/');
        ContainerDirectory at = folder;
        for (int i = 0; i < parts.Length; i++)
        {
            bool isLast = i == parts.Length - 1;
            byte[] name = System.Text.Encoding.UTF8.GetBytes(parts[i]);
            if (isLast && source.Kind != FileKind.Directory)
                at.CreateFile(name, [], source.Mode & FileModes.All & ~ProcessCredentials.CreationMask);
            else
                at = Enter(folder, at, name, isLast ? source.Mode & FileModes.All : FileModes.PublicFolder);
            if (isLast)
                return Finish(folder, at, name, source.Kind);
        }
        throw new LinuxException(Errno.EINVAL, "mount", path);
    }

    private static ContainerDirectory Enter(ContainerDirectory top, ContainerDirectory at, byte[] name, UnixFileMode mode)
    {
        ContainerDirectory next = at.MakeDirectory(name, mode);
        if (at != top)
            at.Dispose();
        return next;
    }

    private static Descriptor Finish(ContainerDirectory top, ContainerDirectory at, byte[] name, FileKind kind)
    {
        try
        {
            if (kind == FileKind.Directory)
                return at.Handle.Duplicate();
            return at.TryLookup(name, out Descriptor? file, out Errno error) ? file! : throw new LinuxException(error, "look up", at.Path.ToString());
        }
        finally
        {
            if (at != top)
                at.Dispose();
        }
    }

    private static Descriptor Find(ContainerDirectory folder, string path)
    {
        ContainerDirectory at = folder;
        string[] parts = path.Split('/');
        for (int i = 0; i < parts.Length; i++)
        {
            byte[] name = System.Text.Encoding.UTF8.GetBytes(parts[i]);
            if (i == parts.Length - 1)
                return at.TryLookup(name, out Descriptor? found, out Errno error) ? found! : throw new LinuxException(error, "look up", path);
            at = Enter(folder, at, name, FileModes.PublicFolder);
        }
        throw new LinuxException(Errno.EINVAL, "look up", path);
    }
}
