using System.Globalization;

namespace GpuContainers.Linux;

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
