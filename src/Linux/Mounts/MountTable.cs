namespace GpuContainers.Linux.Mounts;

/// <summary>One line of a mount table (proc_pid_mountinfo(5)).</summary>
/// <param name="Number">The mount's number, as text.</param>
/// <param name="Device">The number of the file system, as text: "0:25".</param>
/// <param name="Root">What of the file system is mounted.</param>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="FileSystem">The type of the file system.</param>
public sealed record MountEntry(string Number, string Device, string Root, string MountPoint, string FileSystem);

/// <summary>The mounts that a process sees.</summary>
public static class MountTable
{
    private const long Limit = 64 << 20;

    /// <summary>Reads the lines of a table of which the filter wants the type of the file system, in their order.</summary>
    /// <param name="path">The table: /proc/PID/mountinfo.</param>
    /// <param name="wants">Chooses by the type of the file system; a table may have thousands of lines.</param>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static IReadOnlyList<MountEntry> Read(string path, Func<string, bool> wants)
    {
        var entries = new List<MountEntry>();
        foreach (string line in Encoding.UTF8.GetString(HostFile.ReadAll(path, Limit)).Split('\n'))
        {
            int dash = line.IndexOf(" - ", StringComparison.Ordinal);
            if (dash < 0)
                continue;
            string type = line[(dash + 3)..];
            type = type.IndexOf(' ') is > 0 and int end ? type[..end] : type;
            string[] fields = wants(type) ? line.Split(' ', 6) : [];
            if (fields.Length == 6)
                entries.Add(new MountEntry(fields[0], fields[2], Unescape(fields[3]), Unescape(fields[4]), type));
        }
        return entries;
    }

    // Blanks, tabs, line breaks and backslashes are written as a backslash and three octal digits.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
            return text;
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            bool isEscape = text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0;
            result.Append(isEscape ? (char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')) : text[i]);
            i += isEscape ? 3 : 0;
        }
        return result.ToString();
    }
}
