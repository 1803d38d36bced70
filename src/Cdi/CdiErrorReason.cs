namespace GpuContainers.Cdi;

/// <summary>What kind of trouble a <see cref="CdiException"/> reports.</summary>
public enum CdiErrorReason
{
    /// <summary>The text is no YAML or JSON.</summary>
    Syntax,

    /// <summary>The text is well formed but no CDI document: an unknown or repeated member, a value of the wrong type.</summary>
    Structure,

    /// <summary>There is no document in the text.</summary>
    Empty,

    /// <summary>The document breaks a rule of the format.</summary>
    Invalid,

    /// <summary>A name of a vendor, class, device or annotation is not allowed.</summary>
    InvalidName,

    /// <summary>A device is not known to the registry, or is defined twice.</summary>
    Unresolvable,

    /// <summary>Edits cannot be applied to the container.</summary>
    NotApplicable,

    /// <summary>Something that was to be made exists already.</summary>
    Exists,

    /// <summary>A file or folder could not be read or written.</summary>
    FileSystem,
}
