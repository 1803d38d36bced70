using GpuContainers.Host;

namespace GpuContainers.Generation;

/// <summary>No specification came about. The message begins with NVIDIA's text, so that scripts find it, and ends with the cure if one is known.</summary>
/// <param name="reason">The kind of failure.</param>
/// <param name="message">What happened, and what to do about it.</param>
/// <param name="inner">What caused it, if another exception did.</param>
public sealed class GenerationException(GenerationFailure reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of failure.</summary>
    public GenerationFailure Reason { get; } = reason;

    /// <summary>In which half of the generation it happened.</summary>
    public GenerationStep Step { get; init; }

    internal static GenerationException From(HostException problem) => new(ReasonOf(problem), problem.Message, problem);

    private static GenerationFailure ReasonOf(HostException problem) => problem.Reason switch
    {
        HostFailure.DriverUnavailable => GenerationFailure.DriverUnavailable,
        HostFailure.UnknownDevice => GenerationFailure.UnknownDevice,
        HostFailure.Inventory => GenerationFailure.Inventory,
        _ => GenerationFailure.DriverFiles,
    };
}
