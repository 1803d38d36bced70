namespace GpuContainers.Linux.Files;

/// <summary>Host paths with every symbolic link followed (realpath(3)).</summary>
public static class HostPathResolution
{
    /// <summary>The absolute path without links, "." and "..".</summary>
    /// <exception cref="LinuxException">A part is missing, not accessible, or the links go in a circle.</exception>
    public static string Resolve(string path) =>
        TryResolve(path, out string resolved, out Errno error) ? resolved : throw new LinuxException(error, "resolve", path);

    /// <summary>As <see cref="Resolve"/>, but false with the error number instead of an exception; the result is then empty.</summary>
    public static unsafe bool TryResolve(string path, out string resolved, out Errno error)
    {
        byte* buffer = stackalloc byte[4096];
        byte* result;
        fixed (byte* name = Libc.Terminated(path))
            result = Libc.RealPath(name, buffer);
        error = result is null ? Libc.LastError : Errno.None;
        resolved = result is null ? "" : Marshal.PtrToStringUTF8((nint)result)!;
        return result is not null;
    }
}
