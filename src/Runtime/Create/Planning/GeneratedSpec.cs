using GpuContainers.Cdi;
using GpuContainers.Generation;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>A CDI specification that is made for one container, with the runtime's words for what fails.</summary>
internal static class GeneratedSpec
{
    /// <summary>Generates one specification; without an id for the id <c>all</c>, empty ids dropped (RT-173).</summary>
    /// <exception cref="CoreException">The generation failed (RT-181, RT-194).</exception>
    public static CdiSpec Create(PlanInputs inputs, GenerationOptions options, string mode, IReadOnlyList<string> ids)
    {
        var given = new List<string>();
        foreach (string id in ids.Items())
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
            throw new CoreException(Words(error.Step, mode) + error.Message, error);
        }
    }

    // The words of the step that failed (RT-181).
    private static string Words(GenerationStep step, string mode) => step switch
    {
        GenerationStep.Options => $"failed to construct CDI library for mode \"{mode}\": ",
        GenerationStep.Identification => $"failed to generate CDI spec for mode \"{mode}\": failed to construct device spec generators: ",
        _ => $"failed to generate CDI spec for mode \"{mode}\": ",
    };
}
