namespace GpuContainers.Generation;

/// <summary>No specification came about. The message begins with NVIDIA's text, so that scripts find it, and ends with what to do if that is known.</summary>
/// <param name="step">Where the generation failed.</param>
/// <param name="message">What happened, and what to do about it.</param>
/// <param name="inner">What caused it, if another exception did.</param>
public sealed class GenerationException(GenerationStep step, string message, Exception? inner = null) : ToolkitException(message, inner)
{
    /// <summary>Where the generation failed.</summary>
    public GenerationStep Step => step;

    internal static GenerationException From(HostException problem) =>
        new(problem.Reason == HostFailure.Files ? GenerationStep.Devices : GenerationStep.Identification, problem.Message, problem);
}

/// <summary>The steps of a generation.</summary>
public enum GenerationStep
{
    /// <summary>A mode, a naming strategy or another option has a value that does not exist.</summary>
    Options,

    /// <summary>What was asked for is not a name of a device, or none of this host, or the driver cannot be asked.</summary>
    Identification,

    /// <summary>A device exists, but what belongs to it (node, capability, file of the driver) does not.</summary>
    Devices,

    /// <summary>Finding what every container gets with any of the devices.</summary>
    CommonEdits,
}
