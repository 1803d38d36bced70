namespace GpuContainers.Simulator.Nvml;

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
