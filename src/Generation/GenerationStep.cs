namespace GpuContainers.Generation;

/// <summary>The two halves of a generation.</summary>
public enum GenerationStep
{
    /// <summary>Finding the devices.</summary>
    Devices,

    /// <summary>Finding what every container gets with any of them.</summary>
    CommonEdits,
}
