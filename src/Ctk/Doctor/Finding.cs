namespace GpuContainers.Ctk.Doctor;

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
