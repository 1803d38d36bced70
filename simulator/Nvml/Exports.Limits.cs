using System.Runtime.InteropServices;

namespace GpuContainers.Simulator.Nvml;

/// <content>Limits of GPU memory for a cgroup, as drivers from 615 on have them; older ones lack the name (Tree/NvmlTree.cs).</content>
internal static unsafe partial class Exports
{
    private const string Limits = "/run/gpu-host-simulator/memory-limits";

    // A pointer and two numbers of 64 bits.
    [StructLayout(LayoutKind.Sequential)]
    internal struct MemoryLimits
    {
        internal byte* Cgroup;
        internal ulong Soft;
        internal ulong Hard;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceSetMemoryLimits_v1")]
    internal static int SetMemoryLimits(nint device, MemoryLimits* limits)
    {
        if (Library.IsMig(device))
            return (int)Return.NotSupported;
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        string cgroup = Marshal.PtrToStringUTF8((nint)limits->Cgroup) ?? "";
        if (!File.Exists(cgroup + "/cgroup.procs") || limits->Soft > limits->Hard)
            return (int)Return.InvalidArgument;
        if (gpu.MigEnabled)
            return (int)Return.NotSupported;
        // No kernel module keeps what was set, so that a file does: one line a call, for whoever wants to know.
        Directory.CreateDirectory(Limits);
        File.AppendAllText($"{Limits}/{gpu.Uuid}", $"{cgroup}\t{limits->Soft}\t{limits->Hard}\n");
        return (int)Return.Success;
    }
}
