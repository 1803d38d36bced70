namespace GpuContainers.Ctk.Doctor;

/// <summary>One thing that doctor looks at.</summary>
/// <param name="Code">Its stable name, such as <c>uvm-nodes</c>: it is never given another meaning.</param>
/// <param name="Subject">The group it is shown in.</param>
/// <param name="Why">Why it matters, as a sentence without its full stop.</param>
/// <param name="Look">Looks at a machine; one finding, or one for each engine or file that it concerns. Never changes anything.</param>
internal sealed record Check(string Code, Subject Subject, string Why, Func<Machine, IReadOnlyList<Finding>> Look)
{
    /// <summary>A check with exactly one finding.</summary>
    public static Check Of(string code, Subject subject, string why, Func<Machine, Finding> look) => new(code, subject, why, machine => [look(machine)]);
}

/// <summary>The groups of checks, in the order in which they are shown where nothing is wrong.</summary>
internal enum Subject
{
    /// <summary>Kernel module and libraries.</summary>
    Driver,

    /// <summary>Device nodes.</summary>
    Devices,

    /// <summary>What only some machines have: NVSwitch, IMEX, WSL, Tegra.</summary>
    Platform,

    /// <summary>CDI specifications.</summary>
    Cdi,

    /// <summary>The toolkit itself: config.toml, programs, packages.</summary>
    Toolkit,

    /// <summary>Container engines.</summary>
    Engines,

    /// <summary>Running containers and their control groups.</summary>
    Containers,

    /// <summary>SELinux, AppArmor, user namespaces, units.</summary>
    System,
}

/// <summary>What a check came to.</summary>
internal enum Verdict
{
    /// <summary>GPU containers do not work, or will stop working, until it is cured.</summary>
    Error,

    /// <summary>Something works worse than it could, or works for some only.</summary>
    Warning,

    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>The machine has nothing that the check is about, or it cannot be seen.</summary>
    NotApplicable,
}

/// <summary>What a check saw.</summary>
/// <param name="Verdict">What it came to.</param>
/// <param name="Seen">What was seen, as a sentence without its full stop; why it does not apply, if it does not.</param>
/// <param name="Cure">What to do; null unless something is wrong.</param>
internal sealed record Finding(Verdict Verdict, string Seen, Cure? Cure = null)
{
    /// <summary>All is well.</summary>
    public static Finding Ok(string seen) => new(Verdict.Ok, seen);

    /// <summary>Does not apply.</summary>
    public static Finding NotApplicable(string reason) => new(Verdict.NotApplicable, reason);

    /// <summary>A warning with its cure.</summary>
    public static Finding Warning(string seen, Cure cure) => new(Verdict.Warning, seen, cure);

    /// <summary>An error with its cure.</summary>
    public static Finding Error(string seen, Cure cure) => new(Verdict.Error, seen, cure);
}

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
