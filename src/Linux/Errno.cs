using System.Globalization;

namespace GpuContainers.Linux;

/// <summary>Error numbers of Linux that the programs tell apart (errno(3); the same on x86-64 and arm64).</summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = 1,

    /// <summary>No such file or directory.</summary>
    ENOENT = 2,

    /// <summary>No such process.</summary>
    ESRCH = 3,

    /// <summary>Interrupted system call.</summary>
    EINTR = 4,

    /// <summary>Input/output error.</summary>
    EIO = 5,

    /// <summary>No such device or address.</summary>
    ENXIO = 6,

    /// <summary>Argument list too long.</summary>
    E2BIG = 7,

    /// <summary>Exec format error.</summary>
    ENOEXEC = 8,

    /// <summary>Bad file descriptor.</summary>
    EBADF = 9,

    /// <summary>No child processes.</summary>
    ECHILD = 10,

    /// <summary>Resource temporarily unavailable.</summary>
    EAGAIN = 11,

    /// <summary>Cannot allocate memory.</summary>
    ENOMEM = 12,

    /// <summary>Permission denied.</summary>
    EACCES = 13,

    /// <summary>Device or resource busy.</summary>
    EBUSY = 16,

    /// <summary>File exists.</summary>
    EEXIST = 17,

    /// <summary>Invalid cross-device link.</summary>
    EXDEV = 18,

    /// <summary>No such device.</summary>
    ENODEV = 19,

    /// <summary>Not a directory.</summary>
    ENOTDIR = 20,

    /// <summary>Is a directory.</summary>
    EISDIR = 21,

    /// <summary>Invalid argument.</summary>
    EINVAL = 22,

    /// <summary>Too many open files.</summary>
    EMFILE = 24,

    /// <summary>Inappropriate ioctl for device.</summary>
    ENOTTY = 25,

    /// <summary>Text file busy.</summary>
    ETXTBSY = 26,

    /// <summary>File too large.</summary>
    EFBIG = 27,

    /// <summary>No space left on device.</summary>
    ENOSPC = 28,

    /// <summary>Read-only file system.</summary>
    EROFS = 30,

    /// <summary>Broken pipe.</summary>
    EPIPE = 32,

    /// <summary>Numerical result out of range.</summary>
    ERANGE = 34,

    /// <summary>File name too long.</summary>
    ENAMETOOLONG = 36,

    /// <summary>Function not implemented.</summary>
    ENOSYS = 38,

    /// <summary>Directory not empty.</summary>
    ENOTEMPTY = 39,

    /// <summary>Too many levels of symbolic links.</summary>
    ELOOP = 40,

    /// <summary>No data available.</summary>
    ENODATA = 61,

    /// <summary>Value too large for defined data type.</summary>
    EOVERFLOW = 75,

    /// <summary>Operation not supported.</summary>
    EOPNOTSUPP = 95,

    /// <summary>The peer closed the connection hard.</summary>
    ECONNRESET = 104,

    /// <summary>No buffer space: more came than was read.</summary>
    ENOBUFS = 105,

    /// <summary>Connection timed out.</summary>
    ETIMEDOUT = 110,

    /// <summary>Nobody listens.</summary>
    ECONNREFUSED = 111,

    /// <summary>Disk quota exceeded.</summary>
    EDQUOT = 122,

    /// <summary>Wrong medium type; here: what is asked for is on a file system of the kernel's own.</summary>
    EMEDIUMTYPE = 124,
}

/// <summary>The words for error numbers that people know from other tools on Linux.</summary>
public static class ErrnoText
{
    /// <summary>
    /// The text of an error number in lower case, as Go programs print it ("no such file or directory"); "errno N" for one without words here.
    /// </summary>
    public static string Describe(this Errno errno) => errno switch
    {
        Errno.EPERM => "operation not permitted",
        Errno.ENOENT => "no such file or directory",
        Errno.ESRCH => "no such process",
        Errno.EINTR => "interrupted system call",
        Errno.EIO => "input/output error",
        Errno.ENXIO => "no such device or address",
        Errno.E2BIG => "argument list too long",
        Errno.ENOEXEC => "exec format error",
        Errno.EBADF => "bad file descriptor",
        Errno.ECHILD => "no child processes",
        Errno.EAGAIN => "resource temporarily unavailable",
        Errno.ENOMEM => "cannot allocate memory",
        Errno.EACCES => "permission denied",
        Errno.EBUSY => "device or resource busy",
        Errno.EEXIST => "file exists",
        Errno.EXDEV => "invalid cross-device link",
        Errno.ENODEV => "no such device",
        Errno.ENOTDIR => "not a directory",
        Errno.EISDIR => "is a directory",
        Errno.EINVAL => "invalid argument",
        Errno.EMFILE => "too many open files",
        Errno.ENOTTY => "inappropriate ioctl for device",
        Errno.ETXTBSY => "text file busy",
        Errno.EFBIG => "file too large",
        Errno.ENOSPC => "no space left on device",
        Errno.EROFS => "read-only file system",
        Errno.EPIPE => "broken pipe",
        Errno.ERANGE => "numerical result out of range",
        Errno.ENAMETOOLONG => "file name too long",
        Errno.ENOSYS => "function not implemented",
        Errno.ENOTEMPTY => "directory not empty",
        Errno.ELOOP => "too many levels of symbolic links",
        Errno.ENODATA => "no data available",
        Errno.EOVERFLOW => "value too large for defined data type",
        Errno.EOPNOTSUPP => "operation not supported",
        Errno.ECONNRESET => "connection reset by peer",
        Errno.ECONNREFUSED => "connection refused",
        Errno.ETIMEDOUT => "connection timed out",
        Errno.EDQUOT => "disk quota exceeded",
        // Of no call of the kernel's that is made here: see KernelFileSystem.
        Errno.EMEDIUMTYPE => "it is on a file system of the kernel's own, which is not read by names of an image",
        _ => "errno " + ((int)errno).ToString(CultureInfo.InvariantCulture),
    };
}

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
