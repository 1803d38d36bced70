namespace GpuContainers.Ctk.Doctor;

/// <summary>What to do about a finding: commands as a user types them.</summary>
/// <param name="Commands">The commands, each a program with its arguments; empty when it takes a person, as <paramref name="Advice"/> says.</param>
/// <param name="Advice">What to do, where no command does it.</param>
/// <param name="IsSafe">Whether the commands may be run by <c>--fix</c>: they can be undone, or change nothing when run again.</param>
internal sealed record Cure(IReadOnlyList<IReadOnlyList<string>> Commands, string Advice, bool IsSafe)
{
    /// <summary>One command for the user to type.</summary>
    public static Cure Type(params IReadOnlyList<string> command) => new([command], "", false);

    /// <summary>One command that <c>--fix</c> may run.</summary>
    public static Cure Fix(params IReadOnlyList<string> command) => new([command], "", true);

    /// <summary>Something that takes a person.</summary>
    public static Cure Advise(string advice) => new([], advice, false);

    /// <summary>These commands, then another.</summary>
    public Cure Then(params IReadOnlyList<string> command) => this with { Commands = [.. Commands, command] };

    /// <summary>The commands as a shell takes them, with <c>sudo</c> in front of each; the advice where there are none.</summary>
    public string Text => Commands.Count == 0 ? Advice : string.Join(" && ", Commands.Select(static command => "sudo " + Line(command)));

    /// <summary>One command as a shell takes it.</summary>
    public static string Line(IReadOnlyList<string> command) => string.Join(' ', command.Select(Quote));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || "-_./=:,@+".Contains(c)) ? word : "'" + word.Replace("'", "'\\''") + "'";
}
