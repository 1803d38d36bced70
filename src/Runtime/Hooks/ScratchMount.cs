using GpuContainers.Linux.Mounts;

namespace GpuContainers.Runtime.Hooks;

/// <summary>
/// A file of the container covered by one in memory, with the mount calls of kernels before 5.2: by way of a scratch directory in the container that
/// is gone afterwards (HK-117).
/// </summary>
internal static class ScratchMount
{
    private const int PageSize = 4096;

    // In the second one where the first is a volume, or in memory (HK-148).
    private static readonly ContainerPath[] s_places = [ContainerPath.From("/run"u8), ContainerPath.From("/"u8)];

    /// <summary>Covers the file; read-only, mode 0444.</summary>
    /// <param name="root">The container.</param>
    /// <param name="path">The file's path in it.</param>
    /// <param name="target">The file.</param>
    /// <param name="content">What is to be read there.</param>
    /// <exception cref="LinuxException">A step failed, or somebody moved the container's directories meanwhile; the scratch directory is gone all the
    /// same.</exception>
    internal static void Cover(ContainerRoot root, ContainerPath path, Descriptor target, byte[] content)
    {
        byte[] name = Encoding.ASCII.GetBytes(".nvct-" + RandomBytes.Uuid());
        using ContainerDirectory run = Place(root);
        using ContainerDirectory scratch = run.MakeDirectory(name, FileModes.PrivateFolder);
        try
        {
            HandleMounts.MountMemory(scratch.Handle, (content.Length + PageSize) / PageSize * PageSize);
            // Entered again: the earlier handle is the directory below the mount.
            using ContainerDirectory memory = run.EnterOwnMount(name);
            try
            {
                Fill(scratch, memory, content);
                Bind(root, path, target, memory);
            }
            finally
            {
                if (!IsSame(memory.Handle, scratch.Handle))
                    _ = HandleMounts.Detach(memory.Handle);
            }
        }
        finally
        {
            _ = run.RemoveDirectory(name);
        }
    }

    private static ContainerDirectory Place(ContainerRoot root)
    {
        foreach (ContainerPath path in s_places)
        {
            if (!root.TryOpenDirectory(path, out ContainerDirectory? folder, out Errno error) && error != Errno.ENOENT)
                continue;
            folder ??= root.MakeDirectories(path, FileModes.PublicFolder);
            if (folder.IsWritable)
                return folder;
            folder.Dispose();
        }
        throw new ForeignMountException("mkdir", s_places[^1].ToString());
    }

    // Somebody else may have put a directory of theirs in the scratch directory's place: then what is written there would be theirs to change.
    private static void Fill(ContainerDirectory scratch, ContainerDirectory memory, byte[] content)
    {
        if (memory.Handle.Status().Device == scratch.Handle.Status().Device)
            throw new LinuxException(Errno.EXDEV, "enter", memory.Path.ToString());
        memory.CreateFile("params"u8, content, FileModes.ReadOnlyFile);
    }

    // The handle of the file leads below what is bound on it, so its path is looked up once more; it counts only if it leads to what was bound.
    private static void Bind(ContainerRoot root, ContainerPath path, Descriptor target, ContainerDirectory memory)
    {
        using Descriptor source = memory.TryLookup("params"u8, out Descriptor? file, out Errno error) ? file!
            : throw new LinuxException(error, "open", memory.Path.ToString());
        HandleMounts.Bind(source, target);
        if (!root.TryLookup(path, followLast: true, out Descriptor? mounted, out error))
            throw new LinuxException(error, "open", path.ToString());
        using (mounted)
        {
            if (!IsSame(mounted!, source))
                throw new LinuxException(Errno.EXDEV, "mount on", path.ToString());
            HandleMounts.MakeReadOnly(mounted!);
        }
    }

    private static bool IsSame(Descriptor a, Descriptor b) => a.Status().IsSameFile(b.Status());
}
