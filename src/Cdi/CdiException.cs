namespace GpuContainers.Cdi;

/// <summary>An error of the CDI library: in a document, a name, the registry or an injection.</summary>
public sealed class CdiException : Exception
{
    /// <summary>Makes an error with its reason and a message that begins in lower case.</summary>
    public CdiException(CdiErrorReason reason, string message, Exception? inner = null) : base(message, inner) => Reason = reason;

    /// <summary>What kind of trouble it is.</summary>
    public CdiErrorReason Reason { get; }
}
