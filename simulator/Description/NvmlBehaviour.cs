namespace GpuContainers.Simulator.Description;

/// <summary>What happens to those who ask NVML.</summary>
internal enum NvmlBehaviour
{
    /// <summary>They are answered. (With a kernel module of another version, initialisation says so, as the real one does.)</summary>
    Works,

    /// <summary>There is no such library.</summary>
    Missing,

    /// <summary>Initialisation fails: ERROR_UNKNOWN.</summary>
    Fails,

    /// <summary>Initialisation never returns.</summary>
    Hangs,

    /// <summary>Initialisation ends the process by SIGSEGV.</summary>
    Crashes,
}
