namespace GpuContainers.Oci;

/// <summary>An error in an OCI document: config.json or the state that a runtime hands to its hooks.</summary>
public sealed class OciException : Exception
{
    /// <summary>Makes an error with its reason and a message that begins in lower case.</summary>
    public OciException(OciErrorReason reason, string message, Exception? inner = null) : base(message, inner) => Reason = reason;

    /// <summary>What kind of trouble it is.</summary>
    public OciErrorReason Reason { get; }
}

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
