using System.CommandLine;

namespace GpuContainers.CommandLine;

/// <summary>One call of a verb: the values of its options and where its results go.</summary>
/// <param name="verb">The verb.</param>
/// <param name="result">The options as System.CommandLine parsed them.</param>
/// <param name="output">Standard output.</param>
public sealed class Invocation(Verb verb, ParseResult result, TextWriter output)
{
    /// <summary>The verb that is called.</summary>
    public Verb Verb { get; } = verb;

    /// <summary>Standard output: results only, never diagnostics.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>The value of an option: from the command line, else the environment, else its default.</summary>
    public T Get<T>(Option<T> option) => result.GetValue(option)!;

    /// <summary>The value of an argument.</summary>
    public T Get<T>(Argument<T> argument) => result.GetValue(argument)!;

    /// <summary>Whether the command line or the environment gives the option.</summary>
    public bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
}
