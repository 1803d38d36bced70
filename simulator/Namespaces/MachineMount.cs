using System.Globalization;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.SystemCalls;

namespace GpuContainers.Simulator.Namespaces;

/// <summary>A mount of this machine.</summary>
/// <param name="Path">Where it is mounted.</param>
/// <param name="FileSystem">Its type, such as "ext4".</param>
internal sealed record MachineMount(string Path, string FileSystem)
{
    /// <summary>The mounts that can be seen, in the order they were made (proc_pid_mountinfo(5)).</summary>
    internal static IReadOnlyList<MachineMount> Visible()
    {
        var mounts = new List<MachineMount>();
        foreach (string line in File.ReadAllLines("/proc/self/mountinfo"))
        {
            string[] halves = line.Split(" - ");
            string path = Unescaped(halves[0].Split(' ')[4]);
            // What was mounted below or at this place before lies hidden now.
            mounts.RemoveAll(m => m.Path == path || m.Path.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal));
            mounts.Add(new MachineMount(path, halves[1].Split(' ')[0]));
        }
        return mounts;
    }

    /// <summary>Whether it lies below that directory or is mounted there.</summary>
    internal bool IsWithin(string directory) => Path == directory || Path.StartsWith(directory + "/", StringComparison.Ordinal);

    /// <summary>A handle that keeps the mount within reach when something else is mounted over it.</summary>
    internal Descriptor Open() =>
        HostFile.TryOpen(Path, Libc.PathOnly | Libc.CloseOnExec, 0, out Descriptor? handle, out Errno error) ? handle!
            : throw new LinuxException(error, "open", Path);

    // Blanks and the like are written as a backslash and three octal digits.
    private static string Unescaped(string text)
    {
        for (int at = text.IndexOf('\\'); at >= 0 && at + 3 < text.Length; at = text.IndexOf('\\', at + 1))
            text = text[..at] + ((char)Convert.ToInt32(text.Substring(at + 1, 3), 8)).ToString(CultureInfo.InvariantCulture) + text[(at + 4)..];
        return text;
    }
}
