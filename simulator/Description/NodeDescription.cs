namespace GpuContainers.Simulator.Description;

/// <summary>Ownership and presence of the device nodes.</summary>
internal sealed record NodeDescription
{
    /// <summary>The permission bits of /dev/nvidia*, octal.</summary>
    public string Mode { get; set; } = "666";

    /// <summary>The group of /dev/nvidia*.</summary>
    public uint Group { get; set; }

    /// <summary>The permission bits of /dev/dri/*, octal.</summary>
    public string DrmMode { get; set; } = "660";

    /// <summary>The group of the card nodes.</summary>
    public uint CardGroup { get; set; } = 44;

    /// <summary>The group of the render nodes.</summary>
    public uint RenderGroup { get; set; } = 106;

    /// <summary>The control nodes that are there.</summary>
    public IReadOnlyList<string> Control { get; set; } = ["nvidiactl", "nvidia-modeset", "nvidia-uvm", "nvidia-uvm-tools"];
}
