using GpuContainers.Ctk.Cdi.Generate;
using GpuContainers.Ctk.CommandLine;
using GpuContainers.Generation;
using GpuContainers.Generation.Explanations;
using GpuContainers.Generation.Hooks;

namespace GpuContainers.Ctk.Cdi;

/// <summary><c>cdi generate</c>: describes the devices of this host for engines that know CDI.</summary>
internal static class CdiGenerateCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new("generate", "Generate CDI specifications for the devices of this host")
    {
        Run = Run,
        Details = "The specification goes to --output, or to standard output; everything else goes to standard error. Generate it again after a driver "
            + "update and after a change of MIG devices. What is optional and not found is not an error: --explain lists it.",
        Examples =
        [
            new Example("all GPUs, for every engine on this machine", "nvidia-ctk cdi generate --output=/var/run/cdi/nvidia.yaml"),
            new Example("why a library is in the specification, or is not", "nvidia-ctk cdi generate --explain"),
            new Example("the driver of a driver container",
                "nvidia-ctk cdi generate --driver-root=/run/nvidia/driver --dev-root=/ --output=/var/run/cdi/nvidia.yaml"),
            new Example("two GPUs under their UUIDs", "nvidia-ctk cdi generate --device-id=0,1 --device-name-strategy=uuid"),
            new Example("all NVIDIA nodes as one device, for containers that manage GPUs",
                "nvidia-ctk cdi generate --mode=management --vendor=management.nvidia.com"),
            new Example("IMEX channels, as a kind of their own", "nvidia-ctk cdi generate --mode=imex --class=imex-channel"),
        ],
        Options = GenerateFlags.All,
    };

    private static int Run(Invocation invocation)
    {
        var host = HostContext.OfThisProcess();
        var request = GenerateRequest.Read(invocation, host);
        var explanation = new Explanation();
        IReadOnlyList<SpecDocument> documents;
        try
        {
            documents = GenerationProgress.Show(explanation, () => Generate(request, host, explanation));
        }
        finally
        {
            // Why a generation failed is what people most want to have explained.
            if (request.Explains)
                WriteExplanation(request, explanation, invocation.Output);
        }
        var output = new SpecOutput(request, explanation);
        if (request.Explains && request.Output.Length == 0)
            output.Check(documents);
        else
            GenerationSummary.Tell(explanation, documents, output.Write(documents, invocation.Output));
        return 0;
    }

    /// <summary>Generates what was asked for; the step that failed begins the message (GN-90).</summary>
    /// <exception cref="GenerationException">The devices or the driver are not there, or not as they must be.</exception>
    internal static IReadOnlyList<SpecDocument> Generate(GenerateRequest request, HostContext host, Explanation explanation)
    {
        try
        {
            IReadOnlyList<SpecDocument> documents = CoherentSplit.Apply(
                SpecGenerator.Generate(request.Options, request.Ids, host, explanation), request.MergedDevice);
            return request.JoinsHooks ? [.. documents.Select(static document => document with { Spec = JoinedHooks.JoinEach(document.Spec) })] : documents;
        }
        catch (GenerationException failure)
        {
            throw new GenerationException(failure.Step, $"failed to generate CDI spec: {Words(failure.Step)}{failure.Message}", failure);
        }
    }

    private static string Words(GenerationStep step) => step switch
    {
        GenerationStep.CommonEdits => "failed to create edits common for entities: ",
        GenerationStep.Devices => "failed to create device CDI specs: ",
        _ => "failed to create device CDI specs: failed to construct device spec generators: ",
    };

    private static void WriteExplanation(GenerateRequest request, Explanation explanation, TextWriter output)
    {
        if (request.ExplainsAsJson)
            output.Write(ExplanationJson.Write(explanation));
        else
            Terminal.Write(output, ExplanationTree.Create(explanation));
        output.Flush();
    }
}
