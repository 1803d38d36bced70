using GpuContainers.Host;
using GpuContainers.Host.Driver;
using GpuContainers.Host.Inventory;
using GpuContainers.Runtime.Hooks.CommandLine;
using GpuContainers.Runtime.Hooks.Limits;
using GpuContainers.Runtime.Hooks.State;

namespace GpuContainers.Runtime.Hooks;

/// <summary>
/// The hook <c>apply-cuda-memory-limits</c>: has the driver limit the GPU memory of the container's cgroup, if the container asks for it. The one hook that
/// starts a program, and only in the host's namespaces.
/// </summary>
internal static class ApplyCudaMemoryLimits
{
    // HK-142 says so.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static readonly HookFlag s_root = new("driver-root", "The root of the driver's files; empty for the host's");
    private static readonly HookFlag s_gpus = new("gpu-id", "The UUID of a GPU whose memory is limited") { IsRepeatable = true };

    internal static readonly HookCommand Command = new(
        "apply-cuda-memory-limits", "Limit the GPU memory of the container, if it asks for that", [s_root, s_gpus, HookCommand.HiddenContainerSpec], Run);

    private static void Run(HookValues values, HookContext context)
    {
        string[] gpus = Gpus(values);
        HookState state = context.ReadState();
        if (MemoryLimits.Read(HookContext.ReadConfig(state)) is not { } limits)
            return;
        try
        {
            RequireGpus(gpus);
            RequireHostNamespace(state.Process);
            string cgroup = LimitedCgroup.Find(state.Process);
            Apply(limits, cgroup, Library(values.Text(s_root)), gpus);
        }
        // A container that asked for a limit never starts without it (HK-139).
        catch (Exception error) when (error is HookException or HostException or LinuxException)
        {
            throw new HookException($"cannot apply {limits.Text}: {error.Message}", error);
        }
    }

    // Whoever names no GPU by mistake is told so, whatever the container asks for (HK-135).
    private static string[] Gpus(HookValues values)
    {
        List<byte[]> given = values.All(s_gpus);
        string[] gpus = new string[given.Count];
        for (int i = 0; i < gpus.Length; i++)
        {
            gpus[i] = Encoding.UTF8.GetString(given[i]);
            if (string.IsNullOrWhiteSpace(gpus[i]))
                throw new HookException("the value of --gpu-id is empty; give the UUID of a GPU (nvidia-smi -L lists them)");
        }
        return gpus;
    }

    private static void RequireGpus(string[] gpus)
    {
        if (gpus.Length == 0)
            throw new HookException("no GPU is named; add --gpu-id to the hook, or generate the CDI specification again");
    }

    private static void RequireHostNamespace(long process)
    {
        if (process <= 0)
            throw new HookException("the container state names no process; use a container runtime that passes its pid");
        string? own = HostFile.ReadLink("/proc/self/ns/mnt");
        if (own is not null && own == HostFile.ReadLink($"/proc/{process}/ns/mnt"))
        {
            throw new HookException(
                "the hook runs in the container's mount namespace; make it a createRuntime hook, which runs in the host's");
        }
    }

    private static string Library(string driverRoot)
    {
        var host = new HostContext();
        var root = new DriverRoot(host.Files, driverRoot);
        var inventory = new GpuInventory(root, new LibraryFolders(root, []), host.Proc, host.Child);
        return inventory.Library ?? throw new HookException(
            $"no libnvidia-ml.so.1 was found below {root.Path}; install driver 615 or later, or name its root (--driver-root)");
    }

    private static void Apply(MemoryLimits limits, string cgroup, string library, string[] gpus)
    {
        var child = new DriverChild(s_patience);
        RequireTrusted(child.Path);
        List<string> arguments =
        [
            "set-gpu-memory-limits", "--library=" + library, "--cgroup=" + cgroup,
            "--soft=" + limits.Soft.ToString(CultureInfo.InvariantCulture), "--hard=" + limits.Hard.ToString(CultureInfo.InvariantCulture),
        ];
        foreach (string gpu in gpus)
            arguments.Add("--gpu-id=" + gpu);
        string refusal = Encoding.UTF8.GetString(child.Ask($"the NVIDIA management library ({library})", arguments, environment: [])).Trim();
        if (refusal.Length > 0)
            throw new HookException(refusal);
    }

    // This process has all rights, and nobody else's program is to get them (HK-142).
    private static void RequireTrusted(string program)
    {
        const UnixFileMode writableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (!HostFile.TryStatus(program, followLinks: true, out FileStatus status, out Errno error))
            throw new LinuxException(error, "find", program);
        if (status.Kind != FileKind.Regular || status.Uid != 0 || (status.Mode & writableByOthers) != 0)
        {
            throw new HookException(
                $"{program} must be a file that belongs to root and that nobody else may write; reinstall the toolkit");
        }
    }
}
