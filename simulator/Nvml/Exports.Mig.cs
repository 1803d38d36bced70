using System.Runtime.InteropServices;

namespace GpuContainers.Simulator.Nvml;

/// <content>What nvml.h says about MIG: modes, devices, instances and profiles.</content>
internal static unsafe partial class Exports
{
    private const uint MostMigDevices = 7;

    // Compute slices by profile number: GPU instance profiles 0 to 17, and compute instance profiles 0 to 8 (nvml.h).
    private static ReadOnlySpan<byte> GpuProfileSlices => [1, 2, 3, 4, 7, 8, 6, 1, 2, 1, 1, 2, 4, 1, 2, 1, 2, 3];

    private static ReadOnlySpan<byte> ComputeProfileSlices => [1, 2, 3, 4, 7, 8, 6, 1, 7];

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetMigMode")]
    internal static int GetMigMode(nint device, uint* current, uint* pending)
    {
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        if (!gpu.MigCapable)
            return (int)Return.NotSupported;
        *current = *pending = gpu.MigEnabled ? 1u : 0u;
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetMaxMigDeviceCount")]
    internal static int GetMostMigDevices(nint device, uint* count)
    {
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        *count = gpu.MigCapable ? MostMigDevices : 0;
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetMigDeviceHandleByIndex")]
    internal static int GetMigByIndex(nint device, uint index, nint* mig)
    {
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        if (gpu.Mig.Find(m => m.Index == index) is not { } found)
            return (int)(index < MostMigDevices ? Return.NotFound : Return.InvalidArgument);
        *mig = Library.HandleOf(Library.Known.Gpus.ToList().IndexOf(gpu), found);
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceIsMigDeviceHandle")]
    internal static int IsMig(nint device, uint* isMig)
    {
        *isMig = Library.IsMig(device) ? 1u : 0u;
        return (int)(Library.Initialized is null ? Return.Uninitialized : Return.Success);
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetDeviceHandleFromMigDeviceHandle")]
    internal static int GetParent(nint mig, nint* device)
    {
        if (!Library.IsMig(mig) || Library.MigOf(mig, out int gpu) is null)
            return (int)NoDevice();
        *device = Library.HandleOf(gpu);
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetGpuInstanceId")]
    internal static int GetGpuInstance(nint mig, uint* id) => Give(mig, static m => m.GpuInstance, id);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetComputeInstanceId")]
    internal static int GetComputeInstance(nint mig, uint* id) => Give(mig, static m => m.ComputeInstance, id);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetAttributes_v2")]
    internal static int GetAttributes(nint device, uint* attributes)
    {
        if (!Library.IsMig(device) || Library.MigOf(device, out _) is not { } mig)
            return (int)NoDevice();
        new Span<uint>(attributes, 10).Clear();
        (attributes[0], attributes[6], attributes[7]) = (mig.Slices * 16, mig.Slices, mig.Slices);
        ((ulong*)attributes)[4] = mig.MemoryGb * 1024UL;
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetGpuInstanceById")]
    internal static int GetInstanceById(nint device, uint id, nint* instance)
    {
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        if (gpu.Mig.Find(m => m.GpuInstance == id) is not { } mig)
            return (int)Return.NotFound;
        *instance = Library.InstanceHandle(Library.HandleOf(Library.Known.Gpus.ToList().IndexOf(gpu), mig));
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlGpuInstanceGetComputeInstanceById")]
    internal static int GetComputeInstanceById(nint instance, uint id, nint* compute)
    {
        if (Library.MigOf(instance, out int gpu) is not { } any)
            return (int)NoDevice();
        if (Library.Known.Gpus[gpu].Mig.Find(m => m.GpuInstance == any.GpuInstance && m.ComputeInstance == id) is not { } mig)
            return (int)Return.NotFound;
        *compute = Library.ComputeHandle(Library.InstanceHandle(Library.HandleOf(gpu, mig)));
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlGpuInstanceGetInfo")]
    internal static int GetInstanceInfo(nint instance, byte* info)
    {
        if (Library.MigOf(instance, out int gpu) is not { } mig)
            return (int)NoDevice();
        *(nint*)info = Library.HandleOf(gpu);
        uint* numbers = (uint*)(info + 8);
        (numbers[0], numbers[1], numbers[2], numbers[3]) = (mig.GpuInstance, mig.ProfileId, 0, mig.Slices);
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlComputeInstanceGetInfo_v2")]
    internal static int GetComputeInfo(nint compute, byte* info)
    {
        if (Library.MigOf(compute, out int gpu) is not { } mig)
            return (int)NoDevice();
        ((nint*)info)[0] = Library.HandleOf(gpu);
        ((nint*)info)[1] = Library.InstanceHandle(compute);
        uint* numbers = (uint*)(info + 16);
        (numbers[0], numbers[1], numbers[2], numbers[3]) = (mig.ComputeInstance, mig.ComputeNumber, 0, mig.Slices);
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetGpuInstanceProfileInfo")]
    internal static int GetInstanceProfile(nint device, uint profile, uint* info)
    {
        if (Library.GpuOf(device) is not { } gpu)
            return (int)NoDevice();
        if (profile >= GpuProfileSlices.Length)
            return (int)Return.InvalidArgument;
        // A GPU offers the profiles that its devices were made of; what else it could do, nobody here asks.
        if (gpu.Mig.Find(m => m.ProfileNumber == profile) is not { } mig)
            return (int)Return.NotSupported;
        new Span<uint>(info, 12).Clear();
        (info[0], info[2], info[3], info[4]) = (mig.ProfileId, GpuProfileSlices[(int)profile], MostMigDevices / mig.Slices, mig.Slices * 16);
        ((ulong*)info)[5] = mig.MemoryGb * 1024UL;
        return (int)Return.Success;
    }

    [UnmanagedCallersOnly(EntryPoint = "nvmlGpuInstanceGetComputeInstanceProfileInfo")]
    internal static int GetComputeProfile(nint instance, uint profile, uint engine, uint* info)
    {
        if (Library.MigOf(instance, out _) is not { } mig)
            return (int)NoDevice();
        if (profile >= ComputeProfileSlices.Length || engine != 0)
            return (int)Return.InvalidArgument;
        if (ComputeProfileSlices[(int)profile] > mig.Slices)
            return (int)Return.NotSupported;
        new Span<uint>(info, 9).Clear();
        (info[0], info[1], info[2], info[3]) = (profile, ComputeProfileSlices[(int)profile], 1, ComputeProfileSlices[(int)profile] * 16u);
        return (int)Return.Success;
    }

    private static int Give(nint device, Func<MigDevice, uint> field, uint* into)
    {
        if (!Library.IsMig(device) || Library.MigOf(device, out _) is not { } mig)
            return (int)NoDevice();
        *into = field(mig);
        return (int)Return.Success;
    }
}
