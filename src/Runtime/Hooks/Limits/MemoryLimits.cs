using GpuContainers.Linux.Mounts;
using GpuContainers.Runtime.Hooks.State;

namespace GpuContainers.Runtime.Hooks.Limits;

/// <summary>The limits of GPU memory that a container asks for, for each of its GPUs.</summary>
/// <param name="Soft">Bytes above which the driver may take memory back.</param>
/// <param name="Hard">Bytes above which the driver gives nothing; 2^64 - 1 for no limit.</param>
/// <param name="Text">The variables as the container has them, for messages.</param>
internal sealed record MemoryLimits(ulong Soft, ulong Hard, string Text)
{
    /// <summary>The variable of the soft limit, in MiB.</summary>
    internal const string RequestVariable = "NVIDIA_GPU_MEMORY_REQUEST";

    /// <summary>The variable of the hard limit, in MiB.</summary>
    internal const string LimitVariable = "NVIDIA_GPU_MEMORY_LIMIT";

    private const int BitsOfMebibyte = 20;
    private const ulong MostMebibytes = ulong.MaxValue >> BitsOfMebibyte;
    private const int ShownLength = 64;

    /// <summary>What the variables of a config.json ask for; null when that is nothing: an empty value is none.</summary>
    /// <exception cref="HookException">A value is not a number, or the request is above the limit.</exception>
    internal static MemoryLimits? Read(ReadOnlySpan<byte> config)
    {
        string[] values = ContainerVariables.Read(config, RequestVariable, LimitVariable);
        (string request, string limit) = (values[0], values[1]);
        if (request.Length == 0 && limit.Length == 0)
            return null;
        // A limit alone is the request as well, and a request alone has no hard limit (HK-138).
        ulong hard = limit.Length == 0 ? ulong.MaxValue : Bytes(LimitVariable, limit);
        ulong soft = request.Length == 0 ? hard : Bytes(RequestVariable, request);
        if (soft > hard)
            throw Wrong($"{Shown(RequestVariable, request)} is above {Shown(LimitVariable, limit)}: lower the request, or raise the limit");
        return new MemoryLimits(soft, hard, limit.Length == 0 ? Shown(RequestVariable, request) : Shown(LimitVariable, limit));
    }

    private static ulong Bytes(string variable, string value) =>
        ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= MostMebibytes
            ? number << BitsOfMebibyte
            : throw Wrong($"{Shown(variable, value)} is not a whole number of MiB from 0 to {MostMebibytes}: write digits alone, 2048 for 2 GiB");

    private static string Shown(string variable, string value) => $"{variable}={(value.Length > ShownLength ? value[..ShownLength] + "…" : value)}";

    private static HookException Wrong(string message) => new(message);
}

/// <summary>The cgroup of a container in the cgroup2 file system, as this process sees it.</summary>
internal static class LimitedCgroup
{
    private const string UsualPlace = "/sys/fs/cgroup";
    private const string FileSystem = "cgroup2";
    private const long FileSystemMagic = 0x63677270;
    private const long ListLimit = 1 << 20;

    /// <summary>The folder of the cgroup that a process is in.</summary>
    /// <exception cref="HookException">There is no cgroup v2, or the process is not in one that may be limited.</exception>
    internal static string Find(long process)
    {
        string root = Root() ?? throw Unusable("this host has no cgroup v2; start it with systemd.unified_cgroup_hierarchy=1 on the kernel command line");
        string path = new ProcessCgroups(HostFile.ReadAll($"/proc/{process}/cgroup", ListLimit)).Unified
            ?? throw Unusable($"the container's process {process} is not in a cgroup v2; let the container engine use cgroup v2");
        // A limit for the root is one for the host; a path with ".." lies outside of what this process may see (HK-140).
        if (path == "/" || path.Contains("/..", StringComparison.Ordinal))
        {
            throw Unusable(
                $"the container's process {process} is in the cgroup {path}, which is not its own; give it one (linux.cgroupsPath), and let the container " +
                "engine use cgroup v2");
        }
        string folder = root + path;
        return IsCgroup(folder) ? folder : throw Unusable($"{folder} is not a folder of a cgroup2 file system; mount it where the container engine does");
    }

    // On a hybrid host the usual place holds the folders of cgroup v1, and cgroup v2 lies elsewhere.
    private static string? Root()
    {
        if (IsCgroup(UsualPlace))
            return UsualPlace;
        foreach (MountEntry mount in MountTable.Read("/proc/self/mountinfo", static type => type == FileSystem))
        {
            if (mount.Root == "/" && IsCgroup(mount.MountPoint))
                return mount.MountPoint;
        }
        return null;
    }

    private static bool IsCgroup(string folder) =>
        HostFile.IsDirectory(folder) && HostFile.FileSystemOf(folder) == FileSystemMagic;

    private static HookException Unusable(string message) => new(message);
}
