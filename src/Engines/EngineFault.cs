namespace GpuContainers.Engines;

/// <summary>Why an engine's configuration could not be used or changed.</summary>
public enum EngineFault
{
    /// <summary>A file's text is not what its format allows.</summary>
    Syntax,

    /// <summary>A value has another type than the engine wants.</summary>
    Type,

    /// <summary>A value that is not allowed.</summary>
    Value,

    /// <summary>A program that should print the engine's configuration failed.</summary>
    Command,

    /// <summary>A file was changed by someone else since it was read.</summary>
    Changed,

    /// <summary>A file could not be written or removed.</summary>
    Unwritable,

    /// <summary>A file cannot be replaced without losing its owner or attributes, nor be written in place.</summary>
    Metadata,

    /// <summary>There is no backup, or it cannot be used.</summary>
    Backup,
}
