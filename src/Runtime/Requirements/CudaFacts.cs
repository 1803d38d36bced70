using GpuContainers.Host;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Runtime.Requirements;

/// <summary>What the CUDA library says about the host, asked in a child process and only when a requirement needs it (RT-205, RT-206).</summary>
/// <param name="child">The child that may load the library.</param>
internal sealed class CudaFacts(InventoryChild child)
{
    private InventoryReport? _report;

    /// <summary>The properties that requirements are compared with.</summary>
    public HostProperties Properties() => new(Version, Capability);

    /// <summary>The version as <c>major.minor</c> of what cuDriverGetVersion returns: 12020 is 12.2, 11100 is 11.10 (RT-205).</summary>
    public static string VersionText(int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");

    private string Version()
    {
        InventoryReport report = Report();
        if (report.CudaDriverVersion is { } version)
            return VersionText(version);
        Log.Warning($"Failed to get CUDA version: {report.CudaDriverVersionError ?? "no answer"}");
        return "";
    }

    private string Capability()
    {
        InventoryReport report = Report();
        if (report.ComputeCapability is { } capability)
            return capability;
        Log.Warning($"Failed to get CUDA Compute Capability: {report.ComputeCapabilityError ?? "no answer"}");
        return "";
    }

    // A child that fails leaves both facts unknown; which requirement that breaks is decided where they are compared.
    private InventoryReport Report()
    {
        try
        {
            return _report ??= child.Ask(InventoryQuestions.Cuda);
        }
        catch (HostException error)
        {
            return _report = new InventoryReport { CudaDriverVersionError = error.Message, ComputeCapabilityError = error.Message };
        }
    }
}

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
