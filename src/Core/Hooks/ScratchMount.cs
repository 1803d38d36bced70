using System.Text;
using GpuContainers.Linux;

namespace GpuContainers.Core.Hooks;

/// <summary>
/// A file of the container covered by one in memory, with the mount calls of kernels before 5.2: by way of a scratch directory in the container that
/// is gone afterwards (HK-117).
/// </summary>
internal static class ScratchMount
{
    private const int PageSize = 4096;

    private static readonly ContainerPath s_run = ContainerPath.From("/run"u8);

    /// <summary>Covers the file; read-only, mode 0444.</summary>
    /// <exception cref="LinuxException">A step failed; the scratch directory is gone all the same.</exception>
    internal static void Cover(ContainerRoot root, ContainerPath target, byte[] content)
    {
        byte[] name = Encoding.ASCII.GetBytes(".nvct-" + RandomBytes.Uuid());
        using ContainerDirectory run = root.MakeDirectories(s_run, 0x1ed);
        using (ContainerDirectory scratch = run.MakeDirectory(name, 0x1c0))
            HandleMounts.MountMemory(scratch.Handle, (content.Length + PageSize) / PageSize * PageSize);
        try
        {
            using ContainerDirectory memory = Enter(root, run, name);
            memory.CreateFile("params"u8, content, 0x124);
            using Descriptor source = Look(root, memory.Path.Child("params"u8));
            using (Descriptor file = Look(root, target))
                HandleMounts.Bind(source, file);
            using Descriptor mounted = Look(root, target);
            HandleMounts.MakeReadOnly(mounted);
        }
        finally
        {
            using (ContainerDirectory memory = Enter(root, run, name))
                _ = HandleMounts.Detach(memory.Handle);
            _ = run.RemoveDirectory(name);
        }
    }

    // Looked up again after the mount: the earlier handle is the directory below it.
    private static ContainerDirectory Enter(ContainerRoot root, ContainerDirectory run, byte[] name) =>
        root.TryOpenDirectory(run.Path.Child(name), out ContainerDirectory? folder, out Errno error)
            ? folder!
            : throw new LinuxException(error, "open directory", run.Path.Child(name).ToString());

    private static Descriptor Look(ContainerRoot root, ContainerPath path) =>
        root.TryLookup(path, followLast: true, out Descriptor? entry, out Errno error) ? entry! : throw new LinuxException(error, "open", path.ToString());
}
