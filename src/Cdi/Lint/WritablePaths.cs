namespace GpuContainers.Cdi.Lint;

/// <summary>Finds files and folders through which others than root could change what runs or is mounted as root.</summary>
internal static class WritablePaths
{
    /// <summary>Looks at a file and all folders above it, links followed.</summary>
    /// <param name="path">The file; one that does not exist is not a finding here.</param>
    /// <param name="what">What the file is, to begin the text with; may be empty.</param>
    /// <param name="report">Takes what was found and its hint.</param>
    internal static void Check(string path, string what, Action<string, string> report)
    {
        if (!HostPathResolution.TryResolve(path, out string current, out _))
            return;
        bool isTarget = true;
        while (true)
        {
            if (HostFile.TryStatus(current, followLinks: true, out FileStatus status) && Problem(status, isTarget) is { } problem)
            {
                // Nobody should change the rights of a device because a link leads to it.
                string hint = status.Kind is FileKind.Regular or FileKind.Directory ? $"chown root:root {current} && chmod go-w {current}"
                    : $"put a regular file in place of what leads to {current}";
                report($"{what}{(what.Length > 0 ? ": " : "")}{current} {problem}", hint);
                return;
            }
            if (current == "/")
                return;
            current = LexicalPath.Parent(current);
            isTarget = false;
        }
    }

    // In a folder with the sticky bit nobody can replace what is root's.
    private static string? Problem(in FileStatus status, bool isTarget)
    {
        if (status.Uid != 0)
            return $"belongs to user {status.Uid}, who can change it";
        if (!isTarget && status.Mode.HasFlag(UnixFileMode.StickyBit))
            return null;
        if (status.Mode.HasFlag(UnixFileMode.OtherWrite))
            return "can be written by everyone";
        return status.Mode.HasFlag(UnixFileMode.GroupWrite) && status.Gid != 0 ? $"can be written by group {status.Gid}" : null;
    }
}
