using GpuContainers.Cdi;
using GpuContainers.Generation;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>Devices that are described when the container starts, instead of beforehand in a file.</summary>
internal static class AutomaticDevices
{
    /// <summary>The kind of their names.</summary>
    public const string Kind = PlanInputs.Vendor + "/gpu";

    private const string Prefix = Kind + "=";

    /// <summary>Whether a name stands for an automatic device (RT-162).</summary>
    public static bool IsName(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>
    /// Generates what the names stand for, the container's gated features, and its IMEX channels, all before the first is applied (RT-170 to RT-172).
    /// </summary>
    /// <exception cref="CoreException">Something asked for cannot be described (RT-181).</exception>
    public static void Plan(PlanInputs inputs, IReadOnlyList<string> names, List<Modification> plan)
    {
        Log.Debug($"Generating in-memory CDI specs for devices [{ShownValues.List(names)}]");
        var specifications = new List<CdiSpec>();
        try
        {
            specifications.Add(GeneratedSpec.Create(inputs, inputs.Options(GenerationMode.Auto, "gpu"), "auto", Ids(names)));
            foreach ((GenerationMode mode, string name) in GatedFeatures.Active(inputs))
                specifications.Add(GeneratedSpec.Create(inputs, inputs.Options(mode, name), name, []));
            if (Distinct(inputs.Request.ImexChannels()) is { Count: > 0 } channels)
                specifications.Add(GeneratedSpec.Create(inputs, inputs.Options(GenerationMode.Imex, "imex-channel"), "imex", channels));
        }
        catch (CoreException error)
        {
            throw error.Within("failed to create the automatic CDI modifier: ");
        }
        foreach (CdiSpec specification in inputs.Joined(specifications))
            plan.Add(document => CdiInjector.Inject(document, specification, inputs.Injection));
    }

    private static List<string> Ids(IReadOnlyList<string> names)
    {
        var ids = new List<string>();
        foreach (string name in names.Items())
            ids.Add(name[Prefix.Length..]);
        return ids;
    }

    private static List<string> Distinct(IReadOnlyList<string> channels)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. channels.Where(seen.Add)];
    }
}
