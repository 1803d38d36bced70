namespace GpuContainers.Cdi;

/// <summary>How bad a finding is.</summary>
public enum CdiSeverity
{
    /// <summary>It works, but should be looked at.</summary>
    Warning,

    /// <summary>Devices of the file cannot be used, or a user other than root can gain root's rights through it.</summary>
    Error,
}
