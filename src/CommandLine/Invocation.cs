namespace GpuContainers.CommandLine;

/// <summary>One call of a command: the values of its options and where its results go.</summary>
public sealed class Invocation
{
    private readonly IReadOnlyDictionary<Option, List<string>> _values;

    internal Invocation(
        Command command, IReadOnlyDictionary<Option, List<string>> values, IReadOnlyList<string> words, IReadOnlyList<string> ignored, TextWriter output)
    {
        Command = command;
        Output = output;
        // A command without operands ignores its words as well (CT-16).
        Words = command.Operands.Length > 0 ? words : [];
        Ignored = command.Operands.Length > 0 ? ignored : [.. ignored, .. words];
        _values = values;
    }

    /// <summary>The command that is called.</summary>
    public Command Command { get; }

    /// <summary>Standard output: results only, never diagnostics.</summary>
    public TextWriter Output { get; }

    /// <summary>The width of texts for people.</summary>
    public int Width { get; init; } = WrappedText.UsualWidth;

    /// <summary>The words besides options; none for a command without operands.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The words that mean nothing to the command.</summary>
    internal IReadOnlyList<string> Ignored { get; }

    /// <summary>The value of an option: from the command line, else the environment, else its default.</summary>
    public T Get<T>(Option<T> option) => option.Read(_values.GetValueOrDefault(option));

    /// <summary>Whether the command line or the environment gives the option.</summary>
    public bool IsGiven(Option option) => _values.ContainsKey(option);
}
