using GpuContainers.Oci;

namespace GpuContainers.Cdi;

public static partial class CdiInjector
{
    // Looking up comes before applying, so that an unknown name leaves the document as it is (CDI-84 to CDI-89, RT-168, RT-169).
    /// <summary>
    /// Injects devices of a registry: for each name its file's global edits, once for each file, then the device's own, all as one application.
    /// </summary>
    /// <param name="registry">Where the names are looked up, literally.</param>
    /// <param name="document">The container's document.</param>
    /// <param name="names">Full names in the order of the request; a name that stands there twice is applied twice.</param>
    /// <param name="options">Deviations from the toolkit's behaviour.</param>
    /// <exception cref="CdiException">A name is unknown, or the edits cannot be applied; the document is unchanged.</exception>
    public static void Inject(CdiRegistry registry, OciDocument document, IReadOnlyList<string> names, InjectionOptions? options = null)
    {
        // Without a name nothing changes, not even the order of the mounts (CDI-89).
        if (names.Count == 0)
            return;
        ContainerEdits edits = registry.Resolve(names);
        try
        {
            Apply(edits, document, options);
        }
        catch (CdiException error)
        {
            throw new CdiException(error.Reason, $"failed to inject devices: {error.Message}", error);
        }
    }
}
