using GpuContainers.Cdi.Injection;
using GpuContainers.Oci;

namespace GpuContainers.Cdi;

/// <summary>
/// Brings edits into an OCI document. Everything that can fail is looked up before the first change, so a failure leaves the document as it was.
/// </summary>
public static partial class CdiInjector
{
    /// <summary>Applies edits as one application, in the order that the format prescribes.</summary>
    /// <exception cref="CdiException">A device is not on the host or of another type, or a hook has an unknown stage; the document is unchanged.</exception>
    public static void Apply(ContainerEdits edits, OciDocument document, InjectionOptions? options = null) =>
        PreparedEdits.Of(edits, document, options ?? InjectionOptions.Default).Apply(document);

    // The opposite order of Inject (CDI-118, RT-180).
    /// <summary>
    /// Applies a document made just in time: each device as an application of its own, in list order, then the global edits as another.
    /// </summary>
    /// <exception cref="CdiException">Some edits cannot be applied; the container's document is unchanged.</exception>
    public static void ApplySpec(CdiSpec spec, OciDocument document, InjectionOptions? options = null)
    {
        InjectionOptions chosen = options ?? InjectionOptions.Default;
        var prepared = new List<PreparedEdits>(spec.Devices.Count + 1);
        foreach (CdiDevice device in spec.Devices)
        {
            try
            {
                prepared.Add(PreparedEdits.Of(device.ContainerEdits, document, chosen));
            }
            catch (CdiException error)
            {
                throw new CdiException(error.Reason, $"failed to apply edits for device \"{spec.Kind}={device.Name}\": {error.Message}", error);
            }
        }
        prepared.Add(PreparedEdits.Of(spec.ContainerEdits, document, chosen));
        foreach (PreparedEdits edits in prepared)
            edits.Apply(document);
    }
}
