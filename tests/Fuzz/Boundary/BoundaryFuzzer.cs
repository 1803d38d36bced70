namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>Whole programs under inputs of chance: all cases follow from one seed, so that each can be run again by its number.</summary>
/// <param name="seed">The seed.</param>
/// <param name="measuresTime">Whether too much processor time is a finding: on a machine that does nothing else.</param>
internal sealed class BoundaryFuzzer(ulong seed, bool measuresTime) : IDisposable
{
    private static readonly (int Share, Func<Dice, string, BoundaryCase> Make)[] s_makers =
    [
        (35, HookCases.Make),
        (22, RuntimeCases.Make),
        (8, RuntimeCases.MakePrestart),
        (20, ToolsCases.Make),
        (12, OtherCases.MakeContainerCli),
        (3, OtherCases.MakeInstaller),
    ];

    private readonly BoundaryHost _host = new();

    /// <summary>Cases that were run, by the program.</summary>
    internal SortedDictionary<string, int> Executions { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of them ended with status 0: that of a fuzzer whose cases all fail early would be zero.</summary>
    internal int Successes { get; private set; }

    /// <summary>The case of that number.</summary>
    internal BoundaryCase Make(ulong number, out string[] through)
    {
        var dice = new Dice(seed, number);
        int share = dice.Below(s_makers.Sum(static m => m.Share));
        int maker = 0;
        while ((share -= s_makers[maker].Share) >= 0)
            maker++;
        BoundaryCase made = s_makers[maker].Make(dice, _host.Library);
        if (dice.Chance(5))
            made.Descriptors(dice.Pick(1, 2, 4, 7, 8, 16, 24, 6));
        // Kernels and sandboxes without these calls: the other ways.
        through = dice.Chance(20) ? [NativeTool.Program("refusing"), dice.Pick("ENOSYS", "EPERM"), dice.Pick("openat2", "mounts,mount_setattr",
            "openat2,mounts,mount_setattr,close_range")]
            : [];
        return made;
    }

    /// <summary>Runs the case of that number and tells what it found, in a report for people; nothing when all was well.</summary>
    internal string? Run(ulong number)
    {
        BoundaryCase made = Make(number, out string[] through);
        BoundaryAnswer answer = _host.Run(made, through);
        Executions[made.Program] = Executions.GetValueOrDefault(made.Program) + 1;
        Successes += answer.Exit == 0 ? 1 : 0;
        return answer.Finding(made, measuresTime) is { } finding ? Report(number, finding, made, through, answer) : null;
    }

    /// <summary>Runs one case and tells everything about it.</summary>
    internal string Replay(ulong number)
    {
        BoundaryCase made = Make(number, out string[] through);
        BoundaryAnswer answer = _host.Run(made, through);
        return Report(number, answer.Finding(made, measuresTime) ?? "nothing was found", made, through, answer);
    }

    /// <summary>Runs so many cases; the reports of what was found go to a folder.</summary>
    /// <returns>The exit status: 1 when something was found.</returns>
    internal int Run(ulong first, int count, string folder)
    {
        int findings = 0;
        for (ulong number = first; number < first + (ulong)count; number++)
        {
            if (Run(number) is { } report)
            {
                findings++;
                Directory.CreateDirectory(folder);
                File.WriteAllText(Path.Combine(folder, $"{seed}-{number}"), report);
                Console.Out.WriteLine(report.Split('\n')[0]);
            }
        }
        string programs = string.Join(", ", Executions.Select(static e => $"{e.Key} {e.Value}"));
        Console.Out.WriteLine($"{count} executions from {first} on, {Successes} with status 0, {findings} findings: {programs}");
        return findings == 0 ? 0 : 1;
    }

    public void Dispose() => _host.Dispose();

    private string Report(ulong number, string finding, BoundaryCase made, string[] through, BoundaryAnswer answer) =>
        $"seed {seed}, case {number}: {finding}\n\nthrough {string.Join(' ', through)}\n{made.Describe()}\nexit {answer.Exit}, {answer.PeakKilobytes} KiB, "
        + $"{answer.Milliseconds} ms, {answer.OutputLength} and {answer.ErrorLength} bytes\n\nstandard output:\n{answer.Output}"
        + $"\n\nstandard error:\n{answer.Errors}\n";
}
