namespace GpuContainers.Simulator.Description;

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
