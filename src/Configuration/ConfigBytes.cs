using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Configuration;

/// <summary>The bytes of a config.toml: of a regular file of sane size, or none from /dev/null, with which people say "no configuration" (RT-267).</summary>
internal static class ConfigBytes
{
    // A configuration is a few kilobytes; a file beyond this is not one.
    private const long Limit = 1 << 20;

    /// <summary>Reads them; false with the error number when that is not possible.</summary>
    public static bool TryRead(string path, out byte[] bytes, out Errno error)
    {
        if (HostFile.TryReadRegular(path, Limit, out bytes, out error))
            return true;
        if (error != Errno.ENXIO || !HostFile.IsNullDevice(path))
            return false;
        error = Errno.None;
        return true;
    }

    /// <summary>What went wrong, in the words that NVIDIA's toolkit has for it where it has any.</summary>
    public static string Describe(string path, Errno error) =>
        error == Errno.ENXIO ? $"{path} is not a regular file" : $"{(error == Errno.EISDIR ? "read" : "open")} {path}: {error.Describe()}";
}
