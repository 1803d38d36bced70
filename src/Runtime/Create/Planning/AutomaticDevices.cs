using GpuContainers.Cdi;
using GpuContainers.Diagnostics;
using GpuContainers.Generation;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>Devices that are described when the container starts, instead of beforehand in a file.</summary>
internal static class AutomaticDevices
{
    /// <summary>The vendor of their names.</summary>
    public const string Vendor = "runtime.nvidia.com";

    /// <summary>The kind of their names.</summary>
    public const string Kind = Vendor + "/gpu";

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
            specifications.Add(Generate(inputs, inputs.Options(GenerationMode.Auto, "gpu"), "auto", Ids(names)));
            foreach ((GenerationMode mode, string name) in GatedFeatures.Active(inputs))
                specifications.Add(Generate(inputs, inputs.Options(mode, name), name, []));
            if (Distinct(inputs.Request.ImexChannels()) is { Count: > 0 } channels)
                specifications.Add(Generate(inputs, inputs.Options(GenerationMode.Imex, "imex-channel"), "imex", channels));
        }
        catch (CoreException error)
        {
            throw error.Within("failed to create the automatic CDI modifier: ");
        }
        foreach (CdiSpec specification in specifications)
            plan.Add(document => CdiInjector.Inject(document, specification));
    }

    /// <summary>Generates one specification; without an id for the id <c>all</c>, empty ids dropped (RT-173).</summary>
    /// <exception cref="CoreException">The generation failed (RT-181, RT-194).</exception>
    public static CdiSpec Generate(PlanInputs inputs, GenerationOptions options, string mode, IReadOnlyList<string> ids)
    {
        var given = new List<string>();
        foreach (string id in ids)
        {
            if (id.Length > 0)
                given.Add(id);
        }
        if (given.Count == 0)
            given.Add("all");
        Log.Debug($"Per-mode identifiers: {mode}: [{ShownValues.List(given)}]");
        try
        {
            return SpecGenerator.Generate(options, given, inputs.Host, inputs.Explanation);
        }
        catch (GenerationException error)
        {
            throw new CoreException(CoreFailure.Generation, Step(error.Reason, mode) + error.Message, error);
        }
    }

    // The words of the step that failed (RT-181).
    private static string Step(GenerationFailure reason, string mode)
    {
        if (reason == GenerationFailure.InvalidOption)
            return $"failed to construct CDI library for mode \"{mode}\": ";
        string step = $"failed to generate CDI spec for mode \"{mode}\": ";
        bool concernsIds = reason is GenerationFailure.InvalidIdentifier or GenerationFailure.DriverUnavailable or GenerationFailure.Inventory
            || (reason == GenerationFailure.UnknownDevice && mode != "imex");
        return concernsIds ? step + "failed to construct device spec generators: " : step;
    }

    private static List<string> Ids(IReadOnlyList<string> names)
    {
        var ids = new List<string>();
        foreach (string name in names)
            ids.Add(name[Prefix.Length..]);
        return ids;
    }

    private static List<string> Distinct(IReadOnlyList<string> channels)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. channels.Where(seen.Add)];
    }
}
