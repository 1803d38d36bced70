namespace GpuContainers.Linux;

/// <summary>A system call that failed: which one, on what, and why.</summary>
public class LinuxException : IOException
{
    /// <summary>Makes the error of one failed call; the message reads like "open /etc/x: no such file or directory".</summary>
    /// <param name="errno">The error number the call left.</param>
    /// <param name="operation">The call's short name, such as "open" or "rename".</param>
    /// <param name="path">What it was applied to; empty when it has no name.</param>
    public LinuxException(Errno errno, string operation, string path)
        : base(path.Length == 0 ? $"{operation}: {errno.Describe()}" : $"{operation} {path}: {errno.Describe()}")
    {
        Errno = errno;
        Operation = operation;
        Path = path;
    }

    /// <summary>The error number.</summary>
    public Errno Errno { get; }

    /// <summary>The call's short name.</summary>
    public string Operation { get; }

    /// <summary>What the call was applied to; empty when it has no name.</summary>
    public string Path { get; }
}
