namespace GpuContainers.Cdi;

/// <summary>An error of the CDI library: in a document, a name, the registry or an injection.</summary>
public sealed class CdiException : Exception
{
    /// <summary>Makes an error with its reason and a message that begins in lower case.</summary>
    public CdiException(CdiErrorReason reason, string message, Exception? inner = null) : base(message, inner) => Reason = reason;

    private CdiException(CdiErrorReason reason, string message, IReadOnlyList<CdiProblem> problems, IReadOnlyList<string> devices)
        : base(message)
    {
        Reason = reason;
        Problems = problems;
        Devices = devices;
    }

    /// <summary>What kind of trouble it is.</summary>
    public CdiErrorReason Reason { get; }

    /// <summary>All problems of a document, the one first that NVIDIA's toolkit would report; empty for other errors.</summary>
    public IReadOnlyList<CdiProblem> Problems { get; } = [];

    /// <summary>The devices that could not be resolved, in the order of the request, repetitions kept; empty for other errors.</summary>
    public IReadOnlyList<string> Devices { get; } = [];

    internal static CdiException Unresolvable(IReadOnlyList<string> devices) =>
        new(CdiErrorReason.Unresolvable, $"unresolvable CDI devices {string.Join(", ", devices)}", [], devices);

    // File, line, column and member; all problems at once (CDI-31, CDI-50).
    internal static CdiException Of(CdiErrorReason reason, string fileName, IReadOnlyList<CdiProblem> problems, string prefix = "")
    {
        var texts = new List<string>(problems.Count);
        foreach (CdiProblem problem in problems)
            texts.Add(problem.Describe(fileName));
        return new CdiException(reason, prefix + string.Join("; ", texts), problems, []);
    }
}
