namespace GpuContainers.Oci;

/// <summary>What kind of trouble an <see cref="OciException"/> reports.</summary>
public enum OciErrorReason
{
    /// <summary>The text is not JSON, or not a JSON object.</summary>
    Syntax,

    /// <summary>A member has a value of the wrong type or out of its range.</summary>
    WrongType,

    /// <summary>A member that the OCI runtime specification does not know, in strict mode.</summary>
    UnknownMember,

    /// <summary>A hook of a life cycle stage that does not exist.</summary>
    UnknownHookName,

    /// <summary>A file could not be opened or read.</summary>
    Unreadable,

    /// <summary>The container state lacks what is needed to find the container's root.</summary>
    IncompleteState,
}
