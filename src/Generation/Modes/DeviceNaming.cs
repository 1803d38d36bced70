namespace GpuContainers.Generation.Modes;

/// <summary>The names of devices.</summary>
internal static class DeviceNaming
{
    /// <summary>The annotation that tells coherent GPUs from others (GN-16).</summary>
    internal const string CoherentAnnotation = "gpu.nvidia.com/coherent";

    /// <summary>One CDI device for each name that the strategies give, all with the same edits (GN-8).</summary>
    /// <exception cref="GenerationException">No strategy gives a name.</exception>
    internal static List<CdiDevice> Name(IReadOnlyList<DeviceEntry> entries, IReadOnlyList<DeviceNameStrategy> strategies)
    {
        var devices = new List<CdiDevice>(entries.Count * strategies.Count);
        foreach (DeviceEntry entry in entries.Items())
        {
            var names = new List<string>(strategies.Count);
            foreach (DeviceNameStrategy strategy in strategies.Items())
            {
                string name = NameOf(entry, strategy);
                // A repeated strategy adds nothing (GN-10).
                if (name.Length > 0 && !names.Contains(name))
                    names.Add(name);
            }
            if (names.Count == 0)
                throw new GenerationException(
                    GenerationStep.Options, "no names defined; choose at least one of the naming strategies index, uuid, type-index that fits");
            foreach (string name in names)
                devices.Add(new CdiDevice { Name = name, ContainerEdits = entry.Edits, Annotations = AnnotationsOf(entry) });
        }
        return devices;
    }

    private static string NameOf(DeviceEntry entry, DeviceNameStrategy strategy) => (strategy, entry.MigIndex) switch
    {
        (DeviceNameStrategy.Index, null) => $"{entry.Index}",
        (DeviceNameStrategy.Index, { } mig) => $"{entry.Index}:{mig}",
        (DeviceNameStrategy.TypeIndex, null) => $"gpu{entry.Index}",
        (DeviceNameStrategy.TypeIndex, { } mig) => $"mig{entry.Index}:{mig}",
        _ => entry.Uuid,
    };

    private static IReadOnlyDictionary<string, string> AnnotationsOf(DeviceEntry entry) => entry.IsCoherent is { } coherent
        ? new Dictionary<string, string> { [CoherentAnnotation] = coherent ? "true" : "false" }
        : new CdiDevice().Annotations;
}

/// <summary>One device that was found, before it has names.</summary>
/// <param name="Index">The index of the GPU.</param>
/// <param name="MigIndex">The index of the MIG device on it; null for a full GPU.</param>
/// <param name="Uuid">The UUID; empty when there is none.</param>
/// <param name="Edits">What a container gets with it.</param>
/// <param name="IsCoherent">The coherent annotation; null for none.</param>
internal sealed record DeviceEntry(int Index, int? MigIndex, string Uuid, ContainerEdits Edits, bool? IsCoherent = null);

/// <summary>What a mode found: devices with their names, and what every container gets with any of them.</summary>
/// <param name="Devices">The devices.</param>
/// <param name="Common">The edits common to all.</param>
internal sealed record Generated(List<CdiDevice> Devices, ContainerEdits Common)
{
    /// <summary>The devices, then the common edits; a failure of the latter says so (GN-90).</summary>
    /// <exception cref="GenerationException">Either failed.</exception>
    internal static Generated From(Func<List<CdiDevice>> devices, Func<ContainerEdits> common)
    {
        List<CdiDevice> found = devices();
        try
        {
            return new Generated(found, common());
        }
        catch (Exception problem) when (problem is HostException or GenerationException)
        {
            throw new GenerationException(GenerationStep.CommonEdits, problem.Message, problem);
        }
    }
}
