using System.Text;
using GpuContainers.Linux.Files;

namespace GpuContainers.Linux.Mounts;

/// <summary>A mount that this process can see.</summary>
/// <param name="Path">Where it is mounted.</param>
/// <param name="Root">What of the file system is mounted there; "/" is all of it.</param>
/// <param name="FileSystem">The file system's type, such as "ext4".</param>
public sealed record MountPoint(string Path, string Root, string FileSystem)
{
    private const long ListLimit = 64 << 20;

    /// <summary>The mounts that can be seen, in the order they were made (proc_pid_mountinfo(5)); without those that others hide.</summary>
    /// <exception cref="LinuxException">The list cannot be read.</exception>
    public static IReadOnlyList<MountPoint> Visible()
    {
        var mounts = new List<MountPoint>();
        foreach (string line in Encoding.UTF8.GetString(HostFile.ReadAll("/proc/self/mountinfo", ListLimit)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] halves = line.Split(" - ");
            string[] fields = halves[0].Split(' ');
            string path = Unescaped(fields[4]);
            // What was mounted below or at this place before lies hidden now.
            mounts.RemoveAll(m => m.Path == path || m.Path.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal));
            mounts.Add(new MountPoint(path, Unescaped(fields[3]), halves[1].Split(' ')[0]));
        }
        return mounts;
    }

    // Blanks and the like are written as a backslash and three octal digits.
    private static string Unescaped(string text)
    {
        for (int at = text.IndexOf('\\'); at >= 0 && at + 3 < text.Length; at = text.IndexOf('\\', at + 1))
            text = text[..at] + (char)Convert.ToInt32(text.Substring(at + 1, 3), 8) + text[(at + 4)..];
        return text;
    }
}
