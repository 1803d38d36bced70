namespace GpuContainers.Cdi;

/// <summary>What later releases of the format's library do otherwise; all off, as the toolkit's programs need it.</summary>
public sealed record InjectionOptions
{
    /// <summary>Every option off.</summary>
    public static readonly InjectionOptions Default = new();

    /// <summary>Replace the last existing entry of the same name in place instead of appending beside it.</summary>
    public bool ReplaceEnvironment { get; init; }

    /// <summary>Let the device permissions "none" stand for a rule without access.</summary>
    public bool PermissionsNone { get; init; }

    /// <summary>Add "idmap" or "ridmap" to the options of mounts when the container has a user namespace.</summary>
    public bool MapMountIds { get; init; }
}
