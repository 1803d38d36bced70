namespace GpuContainers.Elf;

/// <summary>A file that could not be understood.</summary>
/// <param name="reason">Why, for code.</param>
/// <param name="message">Why, for people.</param>
public sealed class ElfException(ElfReason reason, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public ElfReason Reason { get; } = reason;
}
