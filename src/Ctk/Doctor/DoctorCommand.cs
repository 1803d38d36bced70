using GpuContainers.Ctk.CommandLine;
using GpuContainers.Ctk.Doctor.Bundle;
using GpuContainers.Ctk.Doctor.Report;

namespace GpuContainers.Ctk.Doctor;

/// <summary><c>doctor</c>: says what is wrong on this machine, why it matters, and what to type.</summary>
internal static class DoctorCommand
{
    // Below that the codes of the checks leave no room for what was seen.
    private const int LeastWidth = 60;

    private static readonly FlagOption s_all = new("--all", "Show what does not apply to this machine, too");
    private static readonly FlagOption s_fix = new("--fix", "List the commands that are safe to run, and run them after a confirmation");
    private static readonly FlagOption s_yes = new("--yes", "With --fix: do not ask", "-y");

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("doctor", "Say what is wrong with GPU containers on this machine, and what to do about it")
    {
        Run = static invocation => Run(invocation, new Machine()),
        Details = "Nothing is changed without --fix. Most checks need no root; what a user may not see is listed.\n"
            + "The exit status is 0, 1 when there are errors, 2 when a check could not run.",
        Examples =
        [
            new Example("everything", "sudo nvidia-ctk doctor"),
            new Example("for a program", "nvidia-ctk doctor --format=json"),
            new Example("repair what can be repaired safely", "sudo nvidia-ctk doctor --fix"),
            new Example("this machine in a file, for a report of a fault", "sudo nvidia-ctk doctor --bundle=machine.tar.gz"),
        ],
        Options = [OutputFormat.Option, s_all, s_fix, s_yes, BundleCommand.File, BundleCommand.Preview, BundleCommand.KeepUuids],
    };

    private static int Run(Invocation invocation, Machine machine)
    {
        bool isJson = OutputFormat.IsJson(invocation);
        if (invocation.IsGiven(BundleCommand.File))
            return BundleCommand.Run(invocation, machine);
        Examination examination = Examination.Of(machine, AllChecks.List);
        if (isJson)
            invocation.Output.Write(ReportJson.Write(examination));
        else
            invocation.Output.Write(Text(invocation).Write(examination));
        if (!invocation.Get(s_fix))
            return examination.ExitStatus;
        invocation.Output.Write("\n");
        bool fixedAll = new Fixes(machine, invocation.Output).Apply(Fixes.Commands(examination), () => invocation.Get(s_yes) || Confirm(invocation.Output));
        return fixedAll ? Examination.Of(new Machine(), AllChecks.List).ExitStatus : 1;
    }

    private static ReportText Text(Invocation invocation) => new(Math.Max(LeastWidth, Terminal.Width))
    {
        ShowsAll = invocation.Get(s_all),
        Colour = Console.IsOutputRedirected || Terminal.IsPlain ? static (_, word) => word : Coloured,
    };

    /// <summary>The word of a verdict in its colour.</summary>
    internal static string Coloured(Verdict verdict, string word) => verdict switch
    {
        Verdict.Error => $"\e[1;31m{word}\e[0m",
        Verdict.Warning => $"\e[33m{word}\e[0m",
        Verdict.Ok => $"\e[32m{word}\e[0m",
        _ => word,
    };

    private static bool Confirm(TextWriter output)
    {
        output.Write("run them? [y/N] ");
        output.Flush();
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
