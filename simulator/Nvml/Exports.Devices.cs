using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace GpuContainers.Simulator.Nvml;

/// <content>What nvml.h says about one GPU.</content>
internal static unsafe partial class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetName")]
    internal static int GetName(nint device, byte* name, uint length)
    {
        if (Library.MigOf(device, out int parent) is { } mig && Library.IsMig(device))
            return (int)Library.Write($"{Library.Known.Gpus[parent].Model} MIG {mig.Slices}g.{mig.MemoryGb}gb", name, length);
        return (int)(Library.GpuOf(device) is { } gpu ? Library.Write(gpu.Model, name, length) : NoDevice());
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetUUID")]
    internal static int GetUuid(nint device, byte* uuid, uint length)
    {
        string? text = Library.GpuOf(device)?.Uuid ?? (Library.IsMig(device) ? Library.MigOf(device, out _)?.Uuid : null);
        return (int)(text is not null ? Library.Write(text, uuid, length) : NoDevice());
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetIndex")]
    internal static int GetIndex(nint device, uint* index)
    {
        if (Library.GpuOf(device) is { } gpu)
            *index = (uint)Library.Known.Gpus.ToList().IndexOf(gpu);
        else if (Library.IsMig(device) && Library.MigOf(device, out _) is { } mig)
            *index = mig.Index;
        else
            return (int)NoDevice();
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetMinorNumber")]
    internal static int GetMinor(nint device, uint* minor)
    {
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        *minor = gpu.Minor;
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetPciInfo_v3")]
    internal static int GetPciInfo(nint device, byte* info)
    {
        Return older = OlderPciInfo(device, new Span<byte>(info, 68));
        if (older != Return.Success)
            return (int)older;
        uint* numbers = (uint*)info;
        return (int)Library.Write($"{numbers[4]:X8}:{numbers[5]:X2}:{numbers[6]:X2}.0", info + 36, 32);
    }

    // Its struct ends where the newer one has the long form of the address.
    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetPciInfo_v2")]
    internal static int GetOlderPciInfo(nint device, byte* info) => (int)OlderPciInfo(device, new Span<byte>(info, 52));

    private static Return OlderPciInfo(nint device, Span<byte> info)
    {
        if (Library.GpuOf(device) is not { } gpu)
            return NoDevice();
        // "0000:18:00.0": domain, bus, device, function; the struct gives the domain eight digits, in capitals.
        string[] parts = gpu.BusId.Split(':', '.');
        info.Clear();
        Span<uint> numbers = MemoryMarshal.Cast<byte, uint>(info[..36]);
        for (int i = 0; i < 3; i++)
            numbers[4 + i] = uint.Parse(parts[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        numbers[7] = 0x233510de;
        _ = Encoding.ASCII.GetBytes($"{numbers[4] & 0xffff:X4}:{numbers[5]:X2}:{numbers[6]:X2}.0", info[..16]);
        return Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetBrand")]
    internal static int GetBrand(nint device, uint* brand)
    {
        const uint nvidia = 14;
        if (Library.GpuOf(device) is null)
            return (int)NoDevice();
        *brand = nvidia;
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetCudaComputeCapability")]
    internal static int GetComputeCapability(nint device, int* major, int* minor)
    {
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        string[] parts = gpu.ComputeCapability.Split('.');
        (*major, *minor) = (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetAddressingMode")]
    internal static int GetAddressingMode(nint device, uint* mode)
    {
        const uint versionOne = 0x01000008;
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        if (mode[0] != versionOne)
            return (int)Return.InvalidArgument;
        if (gpu.Addressing == "unknown")
            return (int)Return.NotSupported;
        mode[1] = gpu.Addressing == "ats" ? 2u : 0u;
        return (int)Return.Success;
    }

    private static Return NoDevice() => Library.Initialized is null ? Return.Uninitialized : Return.InvalidArgument;

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
