namespace GpuContainers.Host;

/// <summary>What sort of GPU host this is.</summary>
public enum PlatformKind
{
    /// <summary>None of the others was recognised.</summary>
    Unknown,

    /// <summary>The NVIDIA driver for discrete GPUs.</summary>
    Nvml,

    /// <summary>A Tegra chip with its own GPU.</summary>
    Tegra,

    /// <summary>The Windows Subsystem for Linux.</summary>
    Wsl,
}
