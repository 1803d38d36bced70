using GpuContainers.Cdi;
using GpuContainers.Configuration;
using GpuContainers.Configuration.Model;
using GpuContainers.Generation;
using GpuContainers.Generation.Explanations;
using GpuContainers.Host;
using GpuContainers.Runtime.Create.Planning;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Create;

/// <summary>The edit of a bundle that is about to become a container.</summary>
internal sealed class ContainerCreation
{
    /// <summary>How every error begins that comes before the first edit.</summary>
    internal const string FirstStage = "failed to create NVIDIA Container Runtime: ";
    private const string LoadStage = FirstStage + "failed to construct OCI spec modifier: ";
    private const string EditStage = "could not apply required modification to OCI specification: ";

    private readonly OciBundle _bundle;
    private readonly PlanInputs _inputs;

    private ContainerCreation(OciBundle bundle, RuntimeMode mode, string modeReason, PlanInputs inputs)
    {
        _bundle = bundle;
        Mode = mode;
        ModeReason = modeReason;
        _inputs = inputs;
    }

    /// <summary>The mode that was decided.</summary>
    public RuntimeMode Mode { get; }

    /// <summary>How it came about.</summary>
    public string ModeReason { get; }

    /// <summary>What the container asks for.</summary>
    public ContainerRequest Request => _inputs.Request;

    /// <summary>Reads the bundle and decides the mode; nothing is changed (step 8).</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="bundleDirectory">The bundle; null when none was named.</param>
    /// <param name="explanation">Takes notes of what is looked for; null when nobody wants them.</param>
    /// <exception cref="CoreException">The bundle cannot be read, or the mode does not exist.</exception>
    public static ContainerCreation Prepare(ToolkitConfig config, string? bundleDirectory, Explanation? explanation = null)
    {
        // Only a create needs the bundle, so only a create fails without one (RT-74).
        string directory = bundleDirectory ?? throw new CoreException(
            FirstStage +
                "error constructing OCI specification: error getting bundle directory: error getting bundle dir from args: " +
                "bundle option requires an argument; put the bundle directory behind it");
        try
        {
            // Only an explicit false is strict (RT-83).
            var bundle = OciBundle.Load(directory, strict: config.Features.AllowUnknownOciSpecFields == false);
            ContainerFacts image = bundle.Image();
            foreach (string line in image.MalformedNotes)
                Log.Debug($"{line}");
            var host = HostContext.OfThisProcess();
            var request = new ContainerRequest(image, Settings(config));
            if (config.Runtime.Mode is "auto" or "jit-cdi" && request.Devices.Count > 0)
                SpecGenerator.LookAhead(GenerationMode.Auto, config.ContainerCli.Root, [], host);
            string text = ModeSelector.Resolve(
                config.Runtime.Mode, request.Devices, request.OnlyQualifiedNames, RuntimeMode.JitCdi, () => HostPlatform.IsTegra(host), out string message);
            Log.Info(message);
            RuntimeMode mode = ModeSelector.Parse(text);
            // Annotations count in the mode cdi alone (RT-118, RT-146).
            PlanInputs inputs = Inputs(config, mode == RuntimeMode.Cdi ? request : request.WithoutAnnotations(), host, bundle);
            return new ContainerCreation(bundle, mode, message, inputs with { Explanation = explanation });
        }
        catch (CoreException error)
        {
            throw error.Within(LoadStage);
        }
    }

    /// <summary>Plans, edits, and writes the specification if anything changed (step 9).</summary>
    /// <exception cref="CoreException">A step failed; config.json is as it was (RT-14).</exception>
    public void Apply()
    {
        Log.Debug($"Create command detected; applying OCI specification modifications");
        try
        {
            Edit();
            _bundle.Save();
        }
        catch (CoreException error)
        {
            throw error.Within(EditStage);
        }
        Log.Debug($"Applied required modification to OCI specification");
    }

    /// <summary>Plans and edits, and writes nothing: the specification as the container would get it.</summary>
    /// <exception cref="CoreException">A step failed.</exception>
    public byte[] Rehearse()
    {
        try
        {
            Edit();
            return _bundle.Specification.ToBytes();
        }
        catch (CoreException error)
        {
            throw error.Within(EditStage);
        }
    }

    // Users and engines look for this beginning, whichever step failed (RT-153).
    private void Edit()
    {
        const string stage = "error modifying OCI spec: ";
        try
        {
            foreach (Modification modification in ContainerPlan.Build(Mode, _inputs))
                modification(_bundle.Specification);
        }
        catch (CoreException error)
        {
            throw error.Within(stage);
        }
        catch (CdiException error)
        {
            throw new CoreException(stage + error.Message, error);
        }
    }

    // The administrator decides which sources of requests count (RT-102).
    private static RequestSettings Settings(ToolkitConfig config) => new()
    {
        AnnotationPrefixes = config.Runtime.Modes.CdiAnnotationPrefixes,
        AcceptsVolumeMounts = config.AcceptVolumeMounts,
        AcceptsUnprivilegedEnvironment = config.AcceptEnvironmentWhenUnprivileged,
        PreferredVariables = RequestSettings.VariableNames(config.SwarmResource),
        IgnoresImexChannels = config.Features.IgnoreImexChannelRequests == true,
    };

    private static PlanInputs Inputs(ToolkitConfig config, ContainerRequest request, HostContext host, OciBundle bundle) => new()
    {
        HasOwnNode = path => bundle.Specification.Devices.Any(device => device.Path == path),
        Config = config,
        Request = request,
        Host = host,
        CtkPath = ExecutablePath.Ctk(config.Ctk.Path),
    };
}
