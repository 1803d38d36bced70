using GpuContainers.Nvml;

namespace GpuContainers.Ctk.Inventory;

/// <summary>
/// <c>set-gpu-memory-limits</c>, hidden: the child of the hook <c>apply-cuda-memory-limits</c>, so that the driver's library is loaded here alone. Answers
/// with nothing when all limits are set, else with the reason.
/// </summary>
internal static class MemoryLimitsCommand
{
    private static readonly TextOption s_library = new("--library", "The NVML library");
    private static readonly TextOption s_cgroup = new("--cgroup", "The folder of the cgroup");
    private static readonly TextOption s_soft = new("--soft", "The soft limit in bytes");
    private static readonly TextOption s_hard = new("--hard", "The hard limit in bytes");
    private static readonly ListOption s_gpus = new("--gpu-id", "The UUIDs of the GPUs", []);

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("set-gpu-memory-limits", "Limit the GPU memory of a cgroup")
    {
        Run = Run,
        Hidden = true,
        Options = [s_library, s_cgroup, s_soft, s_hard, s_gpus],
    };

    private static int Run(Invocation call)
    {
        ulong soft = ulong.Parse(call.Get(s_soft), NumberStyles.None, CultureInfo.InvariantCulture);
        ulong hard = ulong.Parse(call.Get(s_hard), NumberStyles.None, CultureInfo.InvariantCulture);
        if (Refusal(call.Get(s_library), call.Get(s_cgroup), soft, hard, call.Get(s_gpus)) is { } reason)
            call.Output.WriteLine(reason);
        return 0;
    }

    private static string? Refusal(string path, string cgroup, ulong soft, ulong hard, IReadOnlyList<string> gpus)
    {
        using NvmlLibrary? nvml = NvmlLibrary.Open(path, out string error);
        if (nvml is null)
            return $"{error}; check that the NVIDIA driver is installed completely";
        if (nvml.Initialize() is var start and not NvmlReturn.Success)
            return $"the NVIDIA driver does not start: {nvml.TextOf(start)}; check that nvidia-smi works on this host";
        try
        {
            return gpus.Select(gpu => Refusal(nvml, gpu, cgroup, soft, hard)).FirstOrDefault(static reason => reason is not null);
        }
        finally
        {
            _ = nvml.Shutdown();
        }
    }

    private static string? Refusal(NvmlLibrary nvml, string gpu, string cgroup, ulong soft, ulong hard)
    {
        if (nvml.GetDevice(gpu, out nint device) is var found and not NvmlReturn.Success)
        {
            return $"the driver does not know the GPU {gpu}: {nvml.TextOf(found)}; compare with nvidia-smi -L, and generate the CDI specification again " +
                "if the GPUs have changed";
        }
        NvmlReturn result = nvml.SetMemoryLimits(device, cgroup, soft, hard);
        if (result == NvmlReturn.Success)
            return null;
        _ = nvml.GetDriverVersion(out string version);
        return result switch
        {
            NvmlReturn.FunctionNotFound =>
                $"the driver {version} cannot limit GPU memory (nvmlDeviceSetMemoryLimits_v1 is missing); install driver 615 or later",
            NvmlReturn.NotSupported =>
                $"the driver {version} cannot limit the memory of {gpu}: {nvml.TextOf(result)}; use a GPU that can be limited: MIG devices cannot, " +
                "their size is their limit",
            _ => $"the driver {version} refused the limit of {gpu} for the cgroup {cgroup}: {nvml.TextOf(result)}; check the kernel log for messages " +
                "of the driver (dmesg, NVRM)",
        };
    }
}
