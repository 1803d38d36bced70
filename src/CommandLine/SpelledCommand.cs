namespace GpuContainers.CommandLine;

/// <summary>A command line in the one spelling that System.CommandLine is given.</summary>
/// <param name="Verb">The verb that the words name.</param>
/// <param name="Tokens">Words and options; each option before the next word belongs to the verb named so far; every value follows its option behind
/// "=".</param>
/// <param name="Ignored">Words that no verb takes.</param>
public sealed record SpelledCommand(Verb Verb, IReadOnlyList<string> Tokens, IReadOnlyList<string> Ignored);
