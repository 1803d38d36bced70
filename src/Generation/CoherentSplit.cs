using GpuContainers.Generation.Modes;

namespace GpuContainers.Generation;

/// <summary>Takes one generated specification apart by whether its GPUs share addresses with the processor.</summary>
public static class CoherentSplit
{
    /// <summary>
    /// The whole specification, and where devices carry the coherent annotation one with the coherent and one with the other devices, each only if it has any.
    /// The annotation itself is in none of them.
    /// </summary>
    /// <param name="spec">A simplified specification without a merged device.</param>
    /// <param name="mergedDevice">The name of a device that holds all others of its document; null: none.</param>
    public static IReadOnlyList<SpecDocument> Apply(CdiSpec spec, string? mergedDevice)
    {
        var documents = new List<SpecDocument> { new("", Finish(spec, spec.Devices, spec.Kind, mergedDevice)) };
        foreach ((string value, string suffix) in (ReadOnlySpan<(string, string)>)[("true", ".coherent"), ("false", ".noncoherent")])
        {
            List<CdiDevice> devices = [.. spec.Devices.Where(device => device.Annotations.GetValueOrDefault(DeviceNaming.CoherentAnnotation) == value)];
            if (devices.Count > 0)
                documents.Add(new SpecDocument(suffix, Finish(spec, devices, spec.Kind + suffix, mergedDevice)));
        }
        return documents;
    }

    private static CdiSpec Finish(CdiSpec spec, IReadOnlyList<CdiDevice> devices, string kind, string? mergedDevice)
    {
        CdiSpec document = spec with { Kind = kind, Devices = [.. devices.Select(WithoutAnnotation)] };
        if (mergedDevice is not null)
            document = new MergedDevice(mergedDevice, skipIfExists: true).Apply(document);
        return SpecTransforms.MinimumVersion(document);
    }

    private static CdiDevice WithoutAnnotation(CdiDevice device) => device.Annotations.Count == 0 ? device : device with
    {
        Annotations = device.Annotations.Where(static pair => pair.Key != DeviceNaming.CoherentAnnotation).ToDictionary(),
    };
}

/// <summary>One document of a generation.</summary>
/// <param name="Infix">What distinguishes its file from that of the whole, such as ".coherent"; empty for the whole.</param>
/// <param name="Spec">The specification.</param>
public sealed record SpecDocument(string Infix, CdiSpec Spec);
