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
        Problems = ValueList<CdiProblem>.From(problems);
        Devices = ValueList<string>.From(devices);
    }

    /// <summary>What kind of trouble it is.</summary>
    public CdiErrorReason Reason { get; }

    /// <summary>All problems of a document, the one first that NVIDIA's toolkit would report; empty for other errors.</summary>
    public IReadOnlyList<CdiProblem> Problems { get; } = ValueList<CdiProblem>.Empty;

    /// <summary>The devices that could not be resolved, in the order of the request, repetitions kept; empty for other errors.</summary>
    public IReadOnlyList<string> Devices { get; } = ValueList<string>.Empty;

    internal static CdiException Unresolvable(IReadOnlyList<string> devices) =>
        new(CdiErrorReason.Unresolvable, $"unresolvable CDI devices {string.Join(", ", devices)}", [], devices);

    /// <summary>One error with all problems of a document, each with file, line, column and member (CDI-31, CDI-50).</summary>
    internal static CdiException From(CdiErrorReason reason, string fileName, IReadOnlyList<CdiProblem> problems, string prefix = "")
    {
        var texts = new List<string>(problems.Count);
        foreach (CdiProblem problem in problems)
            texts.Add(problem.Describe(fileName));
        return new CdiException(reason, prefix + string.Join("; ", texts), problems, []);
    }
}

/// <summary>What kind of trouble a <see cref="CdiException"/> reports.</summary>
public enum CdiErrorReason
{
    /// <summary>The text is not YAML or JSON.</summary>
    Syntax,

    /// <summary>The text is well formed but not a CDI document: an unknown or repeated member, a value of the wrong type.</summary>
    Structure,

    /// <summary>There is no document in the text.</summary>
    Empty,

    /// <summary>The document breaks a rule of the format.</summary>
    Invalid,

    /// <summary>A name of a vendor, class, device or annotation is not allowed.</summary>
    InvalidName,

    /// <summary>A device is not known to the registry, or is defined twice.</summary>
    Unresolvable,

    /// <summary>Edits cannot be applied to the container.</summary>
    NotApplicable,

    /// <summary>Something that was to be made exists already.</summary>
    Exists,

    /// <summary>A file or folder could not be read or written.</summary>
    FileSystem,
}

/// <summary>One thing that is wrong in a document.</summary>
/// <param name="Line">The line, counted from 1; 0 when the document has no text.</param>
/// <param name="Column">The column in that line, counted from 1; 0 when the document has no text.</param>
/// <param name="Member">The member, such as "devices[2].containerEdits.mounts[0].hostPath"; empty for the document itself.</param>
/// <param name="Text">What is wrong, in lower case.</param>
/// <param name="Hint">What to do about it.</param>
public sealed record CdiProblem(int Line, int Column, string Member, string Text, string Hint = "correct the value")
{
    internal CdiProblem(string member, string text) : this(0, 0, member, text)
    {
    }

    internal CdiProblem(string member, string text, string hint) : this(0, 0, member, text, hint)
    {
    }

    /// <summary>"FILE:LINE:COLUMN: MEMBER: TEXT", without the parts that are not known.</summary>
    public string Describe(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        string place = Line > 0 ? $"{fileName}:{Line}:{Column}" : fileName;
        string member = Member.Length > 0 ? $"{Member}: " : "";
        return place.Length > 0 ? $"{place}: {member}{Text}" : member + Text;
    }
}
