using GpuContainers.Cdi.Injection;

namespace GpuContainers.Cdi;

// Everything that can fail is looked up before the first change (CDI-91).
/// <summary>Brings edits into a container's config.json: all of them or, with an exception, none.</summary>
public static class CdiInjector
{
    /// <summary>Applies edits as one application.</summary>
    /// <param name="document">The container's document.</param>
    /// <param name="edits">What to apply.</param>
    /// <param name="options">Deviations from the toolkit's behaviour.</param>
    /// <exception cref="CdiException">A device is not on the host or of another type, or a hook has an unknown stage; the document is unchanged.</exception>
    public static void Inject(OciDocument document, ContainerEdits edits, InjectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(edits);
        PreparedEdits.Prepare(edits, document, options ?? InjectionOptions.Default).Apply(document);
    }

    // The opposite order of the one for names (CDI-118, RT-180).
    /// <summary>
    /// Applies a document made just in time: each device as an application of its own, in list order, then the global edits as another.
    /// </summary>
    /// <param name="document">The container's document.</param>
    /// <param name="spec">What to apply.</param>
    /// <param name="options">Deviations from the toolkit's behaviour.</param>
    /// <exception cref="CdiException">Some edits cannot be applied; the container's document is unchanged.</exception>
    public static void Inject(OciDocument document, CdiSpec spec, InjectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(spec);
        InjectionOptions chosen = options ?? InjectionOptions.Default;
        ReadOnlySpan<CdiDevice> devices = ValueList<CdiDevice>.Items(spec.Devices);
        var prepared = new List<PreparedEdits>(devices.Length + 1);
        foreach (CdiDevice device in devices)
        {
            try
            {
                prepared.Add(PreparedEdits.Prepare(device.ContainerEdits, document, chosen));
            }
            catch (CdiException error)
            {
                throw new CdiException(error.Reason, $"failed to apply edits for device \"{spec.Kind}={device.Name}\": {error.Message}", error);
            }
        }
        prepared.Add(PreparedEdits.Prepare(spec.ContainerEdits, document, chosen));
        foreach (PreparedEdits edits in prepared)
            edits.Apply(document);
    }

    // Global edits once for each file, then the device's own (CDI-84 to CDI-89, RT-168, RT-169).
    /// <summary>
    /// Injects devices of a registry: for each name its file's global edits, once for each file, then the device's own, all as one application.
    /// </summary>
    /// <param name="document">The container's document.</param>
    /// <param name="registry">Where the names are looked up, literally.</param>
    /// <param name="names">Full names in the order of the request; a name that stands there twice is applied twice.</param>
    /// <param name="options">Deviations from the toolkit's behaviour.</param>
    /// <exception cref="CdiException">A name is unknown, or the edits cannot be applied; the document is unchanged.</exception>
    public static void Inject(OciDocument document, CdiRegistry registry, IReadOnlyList<string> names, InjectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(names);
        // Without a name nothing changes, not even the order of the mounts (CDI-89).
        if (names.Count == 0)
            return;
        ContainerEdits edits = registry.Resolve(names);
        try
        {
            Inject(document, edits, options);
        }
        catch (CdiException error)
        {
            throw new CdiException(error.Reason, $"failed to inject devices: {error.Message}", error);
        }
    }
}

/// <summary>What a path of the host stands for, links not followed.</summary>
/// <param name="path">The absolute path.</param>
/// <param name="status">What stat(2) says.</param>
/// <param name="error">Why nothing can be said.</param>
/// <returns>Whether there is a status.</returns>
public delegate bool NodeStatus(string path, out FileStatus status, out Errno error);

/// <summary>What later releases of the format's library do otherwise; all off, as NVIDIA's toolkit has it.</summary>
public sealed record InjectionOptions
{
    /// <summary>Every option off.</summary>
    public static readonly InjectionOptions Default = new();

    /// <summary>Replace the last existing entry of the same name in place instead of appending beside it.</summary>
    public bool ReplaceEnvironment { get; init; }

    /// <summary>Let the device permissions "none" stand for a rule without access.</summary>
    public bool PermissionsNone { get; init; }

    /// <summary>Tells what a node of the host is, links not followed; null for a look at the host.</summary>
    public NodeStatus? NodeStatus { get; init; }

    /// <summary>Add "idmap" or "ridmap" to the options of mounts when the container has a user namespace.</summary>
    public bool MapMountIds { get; init; }
}
