using System.Diagnostics;
using GpuContainers.Ctk.Doctor.Checks;
using GpuContainers.Oci;

namespace GpuContainers.Ctk.Doctor;

/// <summary>What all checks found on a machine.</summary>
/// <param name="Results">The findings with their checks, in the order of the checks.</param>
/// <param name="Failures">Checks that could not run, and why.</param>
/// <param name="Unseen">What this user may not read, and so was not looked at.</param>
internal sealed record Examination(IReadOnlyList<Result> Results, IReadOnlyList<string> Failures, IReadOnlyList<string> Unseen)
{
    /// <summary>What each check took, with what it was the first to read; in the order of the checks.</summary>
    public IReadOnlyList<(string Code, TimeSpan Took)> Times { get; init; } = [];

    /// <summary>Runs the checks.</summary>
    public static Examination Of(Machine machine, IReadOnlyList<Check> checks)
    {
        var results = new List<Result>();
        var failures = new List<string>();
        var times = new List<(string, TimeSpan)>();
        foreach (Check check in checks)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                results.AddRange(check.Look(machine).Select(finding => new Result(check, finding)));
            }
            // What a broken machine throws at one check must not keep the others from running; it is told, and the exit status says so (DR-4).
            catch (Exception failure) when (ToolkitException.IsToldToUsers(failure)
                || failure is CdiException or OciException or FormatException or InvalidOperationException)
            {
                failures.Add($"{check.Code}: {failure.Message}");
            }
            times.Add((check.Code, Stopwatch.GetElapsedTime(start)));
        }
        return new Examination(results, failures, machine.Unseen) { Times = times };
    }

    /// <summary>How many findings have a verdict.</summary>
    public int Count(Verdict verdict) => Results.Count(result => result.Finding.Verdict == verdict);

    /// <summary>0 when nothing is broken, 1 when something is, 2 when a check could not run (DR-3).</summary>
    public int ExitStatus => Failures.Count > 0 ? 2 : Count(Verdict.Error) > 0 ? 1 : 0;
}

/// <summary>A finding and the check that made it.</summary>
internal sealed record Result(Check Check, Finding Finding);

/// <summary>Every check, one file for each part of a subject.</summary>
internal static class AllChecks
{
    /// <summary>In the order in which they run: causes before what follows from them.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        .. ModuleChecks.List,
        .. LibraryChecks.List,
        .. NodeChecks.List,
        .. MigChecks.List,
        .. PlatformChecks.List,
        .. CdiChecks.List,
        .. ToolkitChecks.List,
        .. PackageChecks.List,
        .. EngineChecks.List,
        .. EngineSetupChecks.List,
        .. ContainerChecks.List,
        .. SystemChecks.List,
        .. RootlessChecks.List,
    ];
}
