using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Mounts;
using GpuContainers.Linux.SystemCalls;

namespace GpuContainers.Simulator.Namespaces;

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
