namespace GpuContainers.Generation;

/// <summary>What a generated specification describes.</summary>
public enum GenerationMode
{
    /// <summary>Decided by the platform: WSL, Tegra, or else NVML.</summary>
    Auto,

    /// <summary>Tegra: the files that the csv files of the platform name.</summary>
    Csv,

    /// <summary>The node of GPUDirect copy.</summary>
    Gdrcopy,

    /// <summary>The nodes of GPUDirect storage.</summary>
    Gds,

    /// <summary>IMEX channels.</summary>
    Imex,

    /// <summary>Every NVIDIA node as one device, for containers that manage GPUs.</summary>
    Management,

    /// <summary>The nodes of InfiniBand verbs.</summary>
    Mofed,

    /// <summary>Full GPUs and MIG devices of the NVIDIA kernel driver.</summary>
    Nvml,

    /// <summary>The nodes of NVSwitch.</summary>
    Nvswitch,

    /// <summary>The paravirtual GPU of the Windows Subsystem for Linux.</summary>
    Wsl,
}
