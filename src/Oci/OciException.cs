namespace GpuContainers.Oci;

/// <summary>An error in an OCI document: config.json or the state that a runtime hands to its hooks.</summary>
public sealed class OciException : Exception
{
    /// <summary>Makes an error with its reason and a message that begins in lower case.</summary>
    public OciException(OciErrorReason reason, string message, Exception? inner = null) : base(message, inner) => Reason = reason;

    /// <summary>What kind of trouble it is.</summary>
    public OciErrorReason Reason { get; }
}
