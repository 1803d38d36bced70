namespace GpuContainers.Linux.Processes;

/// <summary>Who this process is.</summary>
public static class ProcessCredentials
{
    /// <summary>The user whose rights the process has.</summary>
    public static uint EffectiveUser => Libc.EffectiveUser();

    /// <summary>The group whose rights the process has.</summary>
    public static uint EffectiveGroup => Libc.EffectiveGroup();

    /// <summary>The process that started this one; 0 when it is outside this process's namespace.</summary>
    public static int Parent => Libc.ParentProcess();

    /// <summary>The kernel's number of the calling thread.</summary>
    public static int ThreadId => Libc.ThreadId();

    /// <summary>The permission bits that are taken off what the process makes.</summary>
    public static UnixFileMode CreationMask
    {
        get
        {
            // The kernel tells it only to who sets it; at this time no other thread makes files.
            UnixFileMode mask = Libc.SetCreationMask(FileModes.All);
            _ = Libc.SetCreationMask(mask);
            return mask;
        }
    }
}

/// <summary>The root directory of this process.</summary>
public static class ProcessRoot
{
    /// <summary>Makes a directory the root and the working directory; for a process that is there for this alone.</summary>
    /// <exception cref="LinuxException">It is missing, or the process may not do that.</exception>
    public static unsafe void Enter(string path)
    {
        fixed (byte* root = Libc.Terminated(path), top = "/\0"u8)
        {
            if (Libc.ChangeRoot(root) != 0)
                throw new LinuxException(Libc.LastError, "change root", path);
            if (Libc.ChangeDirectory(top) != 0)
                throw new LinuxException(Libc.LastError, "change directory", path);
        }
    }
}

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

/// <summary>The processor's time that the running thread has used since a moment, in user space and in the kernel.</summary>
public readonly struct ProcessorTime
{
    private readonly long _start;

    private ProcessorTime(long start) => _start = start;

    /// <summary>Starts now, for the running thread.</summary>
    public static ProcessorTime Start() => new(Now());

    /// <summary>What was used since; to be asked on the same thread.</summary>
    public long Microseconds => Now() - _start;

    private static unsafe long Now()
    {
        Libc.ClockTime time;
        return Libc.GetTime(Libc.ThreadClock, &time) == 0 ? (time.Seconds * 1_000_000) + (time.Nanoseconds / 1000) : 0;
    }
}
