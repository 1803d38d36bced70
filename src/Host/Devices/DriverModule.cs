namespace GpuContainers.Host.Devices;

/// <summary>The driver's kernel module, and those that build on it.</summary>
public static class DriverModule
{
    private const long Limit = 4 << 20;

    /// <summary>The modules that a GPU for containers needs, in the order in which they are loaded.</summary>
    public static IReadOnlyList<string> Names { get; } = [Base, Memory, Display];

    /// <summary>The driver itself.</summary>
    public const string Base = "nvidia";

    /// <summary>Memory that GPUs and processors share, for CUDA.</summary>
    public const string Memory = "nvidia-uvm";

    /// <summary>Display modes.</summary>
    public const string Display = "nvidia-modeset";

    /// <summary>Whether it is loaded, under the name of NVIDIA or that of Debian.</summary>
    /// <param name="systemRoot">What stands before /proc: empty but in tests.</param>
    public static bool IsLoaded(string systemRoot = "")
    {
        // A kernel without loadable modules has no list of them; what only a running driver shows tells then.
        if (!HostFile.TryReadAll(systemRoot + "/proc/modules", Limit, out byte[] modules, out Errno error))
            return error == Errno.ENOENT && HostFile.IsFile(systemRoot + "/proc/driver/nvidia/version");
        return Lists(modules, "nvidia "u8) || Lists(modules, "nvidia_current "u8);
    }

    private static bool Lists(ReadOnlySpan<byte> modules, ReadOnlySpan<byte> name)
    {
        for (int found = modules.IndexOf(name), start = 0; found >= 0; found = modules[start..].IndexOf(name))
        {
            start += found;
            if (start == 0 || modules[start - 1] == '\n')
                return true;
            start++;
        }
        return false;
    }
}
