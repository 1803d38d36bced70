namespace GpuContainers.Simulator.Description;

/// <summary>An installed driver.</summary>
internal sealed record DriverDescription
{
    /// <summary>Its version.</summary>
    public string Version { get; set; } = "570.133.20";

    /// <summary>The newest CUDA version it supports, such as "12.8".</summary>
    public string Cuda { get; set; } = "12.8";

    /// <summary>The version of the loaded kernel module; null when it is the driver's, "" when none is loaded.</summary>
    public string? KernelModule { get; set; }

    /// <summary>Where the driver's files lie: "/", or the root of a driver container.</summary>
    public string Root { get; set; } = "/";

    /// <summary>Whether the device nodes lie below <see cref="Root"/> too.</summary>
    public bool NodesInRoot { get; set; }

    /// <summary>The folder of the libraries below <see cref="Root"/>; null for the one of Debian.</summary>
    public string? LibraryFolder { get; set; }

    /// <summary>Whether the libraries stand in ld.so.cache.</summary>
    public bool Cache { get; set; } = true;

    /// <summary>Whether the graphics half of the driver is installed.</summary>
    public bool Graphics { get; set; }

    /// <summary>Whether there are 32-bit libraries too.</summary>
    public bool Compat32 { get; set; }

    /// <summary>Whether the unversioned libnvidia-nvvm70.so.4 is there.</summary>
    public bool Nvvm70 { get; set; }

    /// <summary>How libnvidia-ml.so.1 behaves.</summary>
    public NvmlBehaviour Nvml { get; set; } = NvmlBehaviour.Works;

    /// <summary>Whether the GPUs are kept initialised; otherwise /proc does not show their UUIDs.</summary>
    public bool Persistence { get; set; } = true;
}

/// <summary>What happens to those who ask NVML.</summary>
internal enum NvmlBehaviour
{
    /// <summary>They are answered. (With a kernel module of another version, initialisation says so, as the real one does.)</summary>
    Works,

    /// <summary>
    /// They are answered by an old library: without the functions for MIG and addressing, the newest names of others, and the words for errors.
    /// </summary>
    Old,

    /// <summary>There is no such library.</summary>
    Missing,

    /// <summary>Initialisation fails: ERROR_UNKNOWN.</summary>
    Fails,

    /// <summary>Initialisation never returns.</summary>
    Hangs,

    /// <summary>Initialisation ends the process by SIGSEGV.</summary>
    Crashes,
}
