namespace GpuContainers.Simulator.Description;

/// <summary>One GPU, or several alike. What is not said is derived from its place in the list.</summary>
internal sealed record GpuDescription
{
    /// <summary>How many of them; those after the first differ in UUID, bus id and minor.</summary>
    public int Count { get; set; } = 1;

    /// <summary>The model's name.</summary>
    public string Model { get; set; } = "NVIDIA H200";

    /// <summary>"GPU-…"; only for a single one.</summary>
    public string? Uuid { get; set; }

    /// <summary>The PCI bus id, such as "0000:18:00.0"; only for a single one.</summary>
    public string? BusId { get; set; }

    /// <summary>The minor number of /dev/nvidiaN; only for a single one.</summary>
    public uint? Minor { get; set; }

    /// <summary>The memory in MiB.</summary>
    public ulong MemoryMiB { get; set; } = 143771;

    /// <summary>The CUDA compute capability.</summary>
    public string ComputeCapability { get; set; } = "9.0";

    /// <summary>Whether CPU and GPU share one address space in hardware (ATS); null when NVML cannot tell.</summary>
    public bool? Coherent { get; set; }

    /// <summary>Whether MIG can be switched on.</summary>
    public bool MigCapable { get; set; } = true;

    /// <summary>Whether the kernel module has a folder for its MIG instances while there is none, as that of a real GPU which can be cut.</summary>
    public bool ShowsMigFolder { get; set; }

    /// <summary>The MIG devices; null when MIG is off.</summary>
    public IReadOnlyList<MigDescription>? Mig { get; set; }

    /// <summary>What it says to whoever watches it.</summary>
    public ReadingsDescription Readings { get; set; } = new();

    /// <summary>Whether the GPU has DRM nodes (/dev/dri).</summary>
    public bool Drm { get; set; }

    /// <summary>Whether the driver was told to leave it alone: /proc lists it so, NVML does not count it.</summary>
    public bool Excluded { get; set; }

    /// <summary>Whether its /dev/nvidiaN exists.</summary>
    public bool Node { get; set; } = true;
}
