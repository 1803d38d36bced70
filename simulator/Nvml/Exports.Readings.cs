using System.Runtime.InteropServices;

namespace GpuContainers.Simulator.Nvml;

/// <content>What nvml.h says to whoever watches a GPU: temperature, load, memory, power, clocks, processes.</content>
internal static unsafe partial class Exports
{
    private const int MiB = 20;
    private const uint NoInstance = uint.MaxValue;

    // Two numbers of 32 bits.
    [StructLayout(LayoutKind.Sequential)]
    internal struct Rates
    {
        internal uint Gpu;
        internal uint Memory;
    }

    // The newer struct has the reserved memory too, and begins with its size and number.
    [StructLayout(LayoutKind.Sequential)]
    internal struct MemoryV2
    {
        internal uint Version;
        internal ulong Total;
        internal ulong Reserved;
        internal ulong Free;
        internal ulong Used;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ProcessV1
    {
        internal uint Pid;
        internal ulong Memory;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ProcessV2
    {
        internal uint Pid;
        internal ulong Memory;
        internal uint GpuInstance;
        internal uint ComputeInstance;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetMemoryInfo")]
    internal static int GetMemory(nint device, ulong* memory)
    {
        Return found = Memory(device, out ulong total, out ulong used);
        if (found == Return.Success)
            (memory[0], memory[1], memory[2]) = (total, total - used, used);
        return (int)found;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetMemoryInfo_v2")]
    internal static int GetMemoryV2(nint device, MemoryV2* memory)
    {
        Return found = Memory(device, out ulong total, out ulong used);
        if (found == Return.Success)
            (memory->Total, memory->Reserved, memory->Free, memory->Used) = (total, 0, total - used, used);
        return (int)found;
    }

    // A MIG device has its part of the memory; what is in use is told of whole GPUs alone.
    private static Return Memory(nint device, out ulong total, out ulong used)
    {
        (total, used) = (0, 0);
        if (Library.IsMig(device) && Library.MigOf(device, out _) is { } mig)
        {
            total = (ulong)mig.MemoryGb << 30;
            return Return.Success;
        }
        if (Library.GpuOf(device) is not { } gpu)
            return NoDevice();
        total = gpu.MemoryMiB << MiB;
        used = Math.Min(Readings.Of(gpu).MemoryUsedMiB, gpu.MemoryMiB) << MiB;
        return Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetTemperature")]
    internal static int GetTemperature(nint device, uint sensor, uint* degrees) =>
        sensor == 0 ? Reading(device, degrees, static readings => readings.Temperature) : (int)Return.InvalidArgument;

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetUtilizationRates")]
    internal static int GetUtilization(nint device, Rates* rates)
    {
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        if (gpu.MigEnabled)
            return (int)Return.NotSupported;
        var now = Readings.Of(gpu);
        (rates->Gpu, rates->Memory) = (now.Utilization, now.MemoryUtilization);
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetPowerUsage")]
    internal static int GetPower(nint device, uint* milliwatts) => Reading(device, milliwatts, static readings => readings.Power * 1000);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetPowerManagementLimit")]
    internal static int GetPowerLimit(nint device, uint* milliwatts) => Reading(device, milliwatts, static readings => readings.PowerLimit * 1000);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetPowerManagementDefaultLimit")]
    internal static int GetDefaultPowerLimit(nint device, uint* milliwatts) => Reading(device, milliwatts, static readings => readings.PowerLimit * 1000);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetEnforcedPowerLimit")]
    internal static int GetEnforcedPowerLimit(nint device, uint* milliwatts) => Reading(device, milliwatts, static readings => readings.PowerLimit * 1000);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetClockInfo")]
    internal static int GetClock(nint device, uint kind, uint* megahertz) => Clock(device, kind, megahertz);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetMaxClockInfo")]
    internal static int GetMaximumClock(nint device, uint kind, uint* megahertz) => Clock(device, kind, megahertz);

    // Graphics, SM, memory, video.
    private static int Clock(nint device, uint kind, uint* megahertz) => kind switch
    {
        2 => Reading(device, megahertz, static readings => readings.MemoryClock),
        < 4 => Reading(device, megahertz, static readings => readings.SmClock),
        _ => (int)Return.InvalidArgument,
    };

    // Boards for servers have no fan of their own.
    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetFanSpeed")]
    internal static int GetFan(nint device, uint* _) => (int)(Library.GpuOf(device) is null ? NoDevice() : Return.NotSupported);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetPerformanceState")]
    internal static int GetPerformanceState(nint device, uint* state) => Reading(device, state, static _ => 0);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetPersistenceMode")]
    internal static int GetPersistence(nint device, uint* mode) => Reading(device, mode, static _ => 1);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetComputeMode")]
    internal static int GetComputeMode(nint device, uint* mode) => Reading(device, mode, static _ => 0);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetComputeRunningProcesses")]
    internal static int GetComputeProcesses(nint device, uint* count, ProcessV1* processes)
    {
        Return found = Processes(device, count, out IReadOnlyList<GpuProcess> running);
        for (int i = 0; found == Return.Success && i < running.Count; i++)
            processes[i] = new ProcessV1 { Pid = running[i].Pid, Memory = running[i].MemoryMiB << MiB };
        return (int)found;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetComputeRunningProcesses_v2")]
    internal static int GetComputeProcessesV2(nint device, uint* count, ProcessV2* processes) => ComputeProcesses(device, count, processes);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetComputeRunningProcesses_v3")]
    internal static int GetComputeProcessesV3(nint device, uint* count, ProcessV2* processes) => ComputeProcesses(device, count, processes);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetGraphicsRunningProcesses")]
    internal static int GetGraphicsProcesses(nint device, uint* count, void* _) => NoProcesses(device, count);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetGraphicsRunningProcesses_v2")]
    internal static int GetGraphicsProcessesV2(nint device, uint* count, void* _) => NoProcesses(device, count);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetGraphicsRunningProcesses_v3")]
    internal static int GetGraphicsProcessesV3(nint device, uint* count, void* _) => NoProcesses(device, count);

    [UnmanagedCallersOnly(EntryPoint = "nvmlSystemGetProcessName")]
    internal static int GetProcessName(uint pid, byte* name, uint length)
    {
        if (Library.Initialized is not { } answers)
            return (int)Return.Uninitialized;
        GpuProcess? process = answers.Gpus.SelectMany(static gpu => Readings.Of(gpu).Processes).FirstOrDefault(process => process.Pid == pid);
        return (int)(process is null ? Return.NotFound : Library.Write(process.Name, name, length));
    }

    private static int ComputeProcesses(nint device, uint* count, ProcessV2* processes)
    {
        Return found = Processes(device, count, out IReadOnlyList<GpuProcess> running);
        for (int i = 0; found == Return.Success && i < running.Count; i++)
        {
            processes[i] = new ProcessV2
            {
                Pid = running[i].Pid,
                Memory = running[i].MemoryMiB << MiB,
                GpuInstance = NoInstance,
                ComputeInstance = NoInstance,
            };
        }
        return (int)found;
    }

    // The caller says how many it has room for, and is told how many there are.
    private static Return Processes(nint device, uint* count, out IReadOnlyList<GpuProcess> running)
    {
        running = [];
        if (Library.GpuOf(device) is not { } gpu)
            return NoDevice();
        running = Readings.Of(gpu).Processes;
        uint room = *count;
        *count = (uint)running.Count;
        return running.Count > room ? Return.InsufficientSize : Return.Success;
    }

    private static int NoProcesses(nint device, uint* count)
    {
        if (Library.GpuOf(device) is null)
            return (int)NoDevice();
        *count = 0;
        return (int)Return.Success;
    }

    private static int Reading(nint device, uint* value, Func<Readings, uint> choose)
    {
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        *value = choose(Readings.Of(gpu));
        return (int)Return.Success;
    }
}
