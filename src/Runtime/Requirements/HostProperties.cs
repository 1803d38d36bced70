namespace GpuContainers.Runtime.Requirements;

/// <summary>
/// The properties of the host that requirements name (RT-204): <c>cuda</c>, <c>arch</c> and <c>driver</c> are versions, <c>brand</c> is text.
/// A value is asked for when the first requirement needs it; the empty text means that it could not be determined.
/// </summary>
/// <param name="cuda">Answers the CUDA version of the driver, such as <c>12.2</c>.</param>
/// <param name="arch">Answers the compute capability of the first device, such as <c>8.7</c>.</param>
internal sealed class HostProperties(Func<string> cuda, Func<string> arch)
{
    private string? _cuda;
    private string? _arch;

    /// <summary>Whether there is a property of this name.</summary>
    public static bool IsKnown(string name) => name is "cuda" or "arch" or "driver" or "brand";

    /// <summary>Whether the property of this name is a version; the others are text.</summary>
    public static bool IsVersion(string name) => name != "brand";

    /// <summary>The value of a known property.</summary>
    public string Value(string name) => name switch
    {
        "cuda" => _cuda ??= cuda(),
        "arch" => _arch ??= arch(),
        // These stay empty in the shim (RT-204).
        _ => "",
    };
}
