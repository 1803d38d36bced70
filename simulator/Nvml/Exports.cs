using System.Runtime.InteropServices;

namespace GpuContainers.Simulator.Nvml;

/// <summary>The functions of nvml.h: the system, and finding devices. All return an nvmlReturn_t unless said otherwise.</summary>
internal static unsafe partial class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "nvmlInit")]
    internal static int Init() => (int)Library.Initialize();

    [UnmanagedCallersOnly(EntryPoint = "nvmlInit_v2")]
    internal static int InitV2() => (int)Library.Initialize();

    [UnmanagedCallersOnly(EntryPoint = "nvmlInitWithFlags")]
    internal static int InitWithFlags(uint flags) => (int)(flags == uint.MaxValue ? Return.InvalidArgument : Library.Initialize());

    [UnmanagedCallersOnly(EntryPoint = "nvmlShutdown")]
    internal static int Shutdown() => (int)Library.Shutdown();

    // Returns a text.
    [UnmanagedCallersOnly(EntryPoint = "nvmlErrorString")]
    internal static byte* ErrorString(int code) => (Return)code switch
    {
        Return.Success => Library.Constant("Success\0"u8),
        Return.Uninitialized => Library.Constant("Uninitialized\0"u8),
        Return.InvalidArgument => Library.Constant("Invalid Argument\0"u8),
        Return.NotSupported => Library.Constant("Not Supported\0"u8),
        Return.NotFound => Library.Constant("Not Found\0"u8),
        Return.InsufficientSize => Library.Constant("Insufficient Size\0"u8),
        Return.DriverNotLoaded => Library.Constant("Driver Not Loaded\0"u8),
        Return.LibraryVersionMismatch => Library.Constant("Driver/library version mismatch\0"u8),
        _ => Library.Constant("Unknown Error\0"u8),
    };

    [UnmanagedCallersOnly(EntryPoint = "nvmlSystemGetDriverVersion")]
    internal static int GetDriverVersion(byte* version, uint length) =>
        (int)(Library.Initialized is { } a ? Library.Write(a.DriverVersion, version, length) : Return.Uninitialized);

    [UnmanagedCallersOnly(EntryPoint = "nvmlSystemGetNVMLVersion")]
    internal static int GetLibraryVersion(byte* version, uint length) =>
        (int)(Library.Initialized is { } a ? Library.Write("12." + a.DriverVersion, version, length) : Return.Uninitialized);

    [UnmanagedCallersOnly(EntryPoint = "nvmlSystemGetCudaDriverVersion")]
    internal static int GetCudaVersion(int* version) => CudaVersion(version);

    [UnmanagedCallersOnly(EntryPoint = "nvmlSystemGetCudaDriverVersion_v2")]
    internal static int GetCudaVersionV2(int* version) => CudaVersion(version);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetCount")]
    internal static int GetCount(uint* count) => Count(count);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetCount_v2")]
    internal static int GetCountV2(uint* count) => Count(count);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetHandleByIndex")]
    internal static int GetByIndex(uint index, nint* device) => ByIndex(index, device);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetHandleByIndex_v2")]
    internal static int GetByIndexV2(uint index, nint* device) => ByIndex(index, device);

    [UnmanagedCallersOnly(EntryPoint = "nvmlDeviceGetHandleByUUID")]
    internal static int GetByUuid(byte* uuid, nint* device)
    {
        if (Library.Initialized is not { } answers)
            return (int)Return.Uninitialized;
        string wanted = Marshal.PtrToStringUTF8((nint)uuid) ?? "";
        for (int i = 0; i < answers.Gpus.Count; i++)
        {
            Gpu gpu = answers.Gpus[i];
            MigDevice? mig = gpu.Mig.Find(m => m.Uuid.Equals(wanted, StringComparison.OrdinalIgnoreCase));
            if (mig is null && !gpu.Uuid.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                continue;
            *device = mig is null ? Library.HandleOf(i) : Library.HandleOf(i, mig);
            return (int)Return.Success;
        }
        return (int)Return.NotFound;
    }

    private static int CudaVersion(int* version)
    {
        *version = Library.Known.CudaVersion;
        return (int)Return.Success;
    }

    private static int Count(uint* count)
    {
        if (Library.Initialized is not { } answers)
            return (int)Return.Uninitialized;
        *count = (uint)answers.Gpus.Count;
        return (int)Return.Success;
    }

    private static int ByIndex(uint index, nint* device)
    {
        if (Library.Initialized is not { } answers)
            return (int)Return.Uninitialized;
        if (index >= answers.Gpus.Count)
            return (int)Return.InvalidArgument;
        *device = Library.HandleOf((int)index);
        return (int)Return.Success;
    }
}

/// <summary>nvmlReturn_t, as far as this library answers with it (nvml.h).</summary>
internal enum Return
{
    Success = 0,
    Uninitialized = 1,
    InvalidArgument = 2,
    NotSupported = 3,
    NotFound = 6,
    InsufficientSize = 7,
    DriverNotLoaded = 9,
    LibraryVersionMismatch = 18,
    Unknown = 999,
}
