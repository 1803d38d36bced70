namespace GpuContainers.Simulator.Description;

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
