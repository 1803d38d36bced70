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

/// <summary>One MIG device.</summary>
internal sealed record MigDescription
{
    /// <summary>The profile, such as "3g.71gb", "1g.5gb+me", "1g.24gb+gfx".</summary>
    public required string Profile { get; set; }

    /// <summary>Its place among the MIG devices of the GPU; null for the place in the list. Gaps are allowed.</summary>
    public uint? Index { get; set; }

    /// <summary>"MIG-…"; null for a derived one.</summary>
    public string? Uuid { get; set; }

    /// <summary>The GPU instance's number.</summary>
    public required uint GpuInstance { get; set; }

    /// <summary>The compute instance's number.</summary>
    public uint ComputeInstance { get; set; }
}

/// <summary>What a GPU says to whoever watches it. The defaults are those of one that has nothing to do.</summary>
internal sealed record ReadingsDescription
{
    /// <summary>Degrees Celsius.</summary>
    public uint Temperature { get; set; } = 31;

    /// <summary>How busy it is, in percent.</summary>
    public uint Utilization { get; set; }

    /// <summary>How busy its memory is, in percent.</summary>
    public uint MemoryUtilization { get; set; }

    /// <summary>The memory in use, in MiB; that of the processes comes on top.</summary>
    public uint MemoryUsedMiB { get; set; }

    /// <summary>What it draws, in watts.</summary>
    public uint Power { get; set; } = 75;

    /// <summary>What it may draw, in watts.</summary>
    public uint PowerLimit { get; set; } = 700;

    /// <summary>The clock of its processors, in MHz.</summary>
    public uint SmClock { get; set; } = 1980;

    /// <summary>The clock of its memory, in MHz.</summary>
    public uint MemoryClock { get; set; } = 3201;

    /// <summary>The programs that use it.</summary>
    public IReadOnlyList<ProcessDescription> Processes { get; set; } = [];
}

/// <summary>A program that uses a GPU.</summary>
internal sealed record ProcessDescription
{
    /// <summary>The process.</summary>
    public required uint Pid { get; set; }

    /// <summary>The path or name of its program.</summary>
    public required string Name { get; set; }

    /// <summary>The GPU memory that it uses, in MiB.</summary>
    public uint MemoryMiB { get; set; }
}
