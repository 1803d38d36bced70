namespace GpuContainers.Linux.Processes;

/// <summary>The control groups of a process, from its file in procfs (proc_pid_cgroup(5)): a line of cgroup v2, and one for each hierarchy of v1.</summary>
public sealed class ProcessCgroups
{
    private readonly List<(string Controllers, string Path)> _groups = [];

    /// <summary>Takes the text of <c>/proc/PID/cgroup</c>; lines of another form are skipped.</summary>
    public ProcessCgroups(ReadOnlySpan<byte> text)
    {
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            if (line.Split(':', 3) is [_, var controllers, var path])
                _groups.Add((controllers, path));
        }
    }

    /// <summary>The group in cgroup v2; null when the host has none.</summary>
    public string? Unified => Find("");

    /// <summary>The group in the hierarchy of v1 that has this controller alone; null when there is none.</summary>
    public string? Find(string controller)
    {
        foreach ((string controllers, string path) in _groups)
        {
            if (controllers == controller)
                return path;
        }
        return null;
    }
}
