using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Mounts;
using GpuContainers.Linux.SystemCalls;

namespace GpuContainers.Simulator.Namespaces;

/// <summary>Mounts by path; failures name the call and the path.</summary>
internal static unsafe class Mounts
{
    /// <summary>Keeps what is mounted from here on from the rest of the machine.</summary>
    internal static void MakePrivate() => Require(TryMount("none", "/", null, Libc.MountRecursive | Libc.MountPrivate, null), "make private", "/");

    internal static void Tmpfs(string path, string options) => Require(TryMount("tmpfs", path, "tmpfs", 0, options), "mount tmpfs on", path);

    internal static void Proc(string path) =>
        Require(TryMount("proc", path, "proc", Libc.MountNoSetId | Libc.MountNoDevices | Libc.MountNoExecution, null), "mount proc on", path);

    /// <summary>A second sysfs; false where this process may not have one.</summary>
    internal static bool TrySysfs(string path) =>
        TryMount("sysfs", path, "sysfs", Libc.MountNoSetId | Libc.MountNoDevices | Libc.MountNoExecution, null) == Errno.None;

    /// <summary>Shows one tree at another place, with the mounts below it when <paramref name="recursive"/>.</summary>
    internal static void Bind(string source, string target, bool recursive = false) =>
        Require(TryMount(source, target, null, Libc.MountBind | (recursive ? Libc.MountRecursive : 0), null), "bind", target);

    /// <summary>As <see cref="Bind"/>, and nobody writes through it.</summary>
    internal static void BindReadOnly(string source, string target)
    {
        Bind(source, target);
        Require(TryMount("none", target, null, Libc.MountBind | Libc.MountRemount | Libc.MountReadOnly, null), "make read-only", target);
    }

    /// <summary>Shows a tree at another place so that what is written there goes to <paramref name="layer"/>, which is made.</summary>
    internal static Errno TryOverlay(string lower, string layer, string target)
    {
        HostDirectory.Create(layer + "/up", FileModes.PublicFolder);
        HostDirectory.Create(layer + "/work", FileModes.PublicFolder);
        return TryMount("overlay", target, "overlay", 0, $"lowerdir={lower},upperdir={layer}/up,workdir={layer}/work");
    }

    /// <summary>Makes the directory the root, and lets go of the old one.</summary>
    internal static void SwitchRoot(string root)
    {
        ChangeDirectory(root);
        fixed (byte* here = "."u8)
        fixed (byte* slash = "/"u8)
        {
            if (Libc.PivotRoot(here, here) == 0)
            {
                // Both roots now lie on "/"; the old one is the upper one (pivot_root(2)).
                Require(Libc.Unmount(here, Libc.UnmountDetach) == 0 ? Errno.None : Libc.LastError, "unmount", "the old root");
            }
            else
            {
                // An initial RAM file system cannot be pivoted: it is covered instead.
                Require(Libc.Mount(here, slash, null, Libc.MountMove, null) == 0 ? Errno.None : Libc.LastError, "move", root);
                Require(Libc.ChangeRoot(here) == 0 ? Errno.None : Libc.LastError, "chroot", root);
            }
        }
        ChangeDirectory("/");
    }

    internal static void ChangeDirectory(string path)
    {
        fixed (byte* name = Libc.Terminated(path))
            Require(Libc.ChangeDirectory(name) == 0 ? Errno.None : Libc.LastError, "chdir", path);
    }

    internal static void MakeNode(string path, uint type, UnixFileMode mode, uint major, uint minor)
    {
        fixed (byte* name = Libc.Terminated(path))
        {
            bool made = Libc.MakeNodeAt(Libc.WorkingDirectory, name, type | (uint)mode, Libc.DeviceNumber(major, minor)) == 0;
            Require(made ? Errno.None : Libc.LastError, "mknod", path);
        }
    }

    internal static void SetGroup(string path, uint group)
    {
        fixed (byte* name = Libc.Terminated(path))
            Require(Libc.ChangeOwnerAt(Libc.WorkingDirectory, name, uint.MaxValue, group, Libc.LinkNoFollow) == 0 ? Errno.None : Libc.LastError, "chown", path);
    }

    private static Errno TryMount(string source, string target, string? type, nuint flags, string? data)
    {
        fixed (byte* s = Libc.Terminated(source), t = Libc.Terminated(target), k = type is null ? null : Libc.Terminated(type),
            d = data is null ? null : Libc.Terminated(data))
            return Libc.Mount(s, t, k, flags, d) == 0 ? Errno.None : Libc.LastError;
    }

    private static void Require(Errno error, string operation, string path)
    {
        if (error != Errno.None)
            throw new LinuxException(error, operation, path);
    }
}

/// <summary>A mount of this machine.</summary>
/// <param name="Path">Where it is mounted.</param>
/// <param name="FileSystem">Its type, such as "ext4".</param>
internal sealed record MachineMount(string Path, string FileSystem)
{
    /// <summary>The mounts that can be seen, in the order they were made.</summary>
    internal static IReadOnlyList<MachineMount> Visible()
    {
        var mounts = new List<MachineMount>();
        foreach (MountEntry entry in MountTable.Read("/proc/self/mountinfo", static _ => true))
        {
            // What was mounted below or at this place before lies hidden now.
            mounts.RemoveAll(m => m.IsWithin(entry.MountPoint.TrimEnd('/')));
            mounts.Add(new MachineMount(entry.MountPoint, entry.FileSystem));
        }
        return mounts;
    }

    /// <summary>Whether it lies below that directory or is mounted there.</summary>
    internal bool IsWithin(string directory) => Path == directory || Path.StartsWith(directory + "/", StringComparison.Ordinal);

    /// <summary>A handle that keeps the mount within reach when something else is mounted over it.</summary>
    internal Descriptor Open() =>
        HostFile.TryOpen(Path, Libc.PathOnly | Libc.CloseOnExec, 0, out Descriptor? handle, out Errno error) ? handle!
            : throw new LinuxException(error, "open", Path);
}
