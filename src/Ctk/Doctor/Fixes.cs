using GpuContainers.Linux.Processes;

namespace GpuContainers.Ctk.Doctor;

/// <summary>Runs the safe cures of an examination: those that can be undone, or change nothing when run again.</summary>
/// <param name="machine">The machine that was examined.</param>
/// <param name="output">Where it says what it does.</param>
internal sealed class Fixes(Machine machine, TextWriter output)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>The commands of all safe cures, each once, in the order of the findings; restarts of engines last, and once.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Commands(Examination examination)
    {
        IReadOnlyList<string>[] all = [.. examination.Results.Select(static result => result.Finding.Cure).OfType<Cure>()
            .Where(static cure => cure.IsSafe).SelectMany(static cure => cure.Commands).DistinctBy(Cure.Line)];
        return [.. all.Where(static command => !IsRestart(command)), .. all.Where(IsRestart)];
    }

    /// <summary>Lists the commands, asks, and runs them; one that fails does not keep the others from being run.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="confirm">Asks whether to go on.</param>
    /// <returns>Whether all ran and succeeded; true when there are none.</returns>
    public bool Apply(IReadOnlyList<IReadOnlyList<string>> commands, Func<bool> confirm)
    {
        if (commands.Count == 0)
        {
            output.Write("nothing that can be fixed by a safe command\n");
            return true;
        }
        output.Write("these commands can be undone, or change nothing when run again:\n");
        foreach (IReadOnlyList<string> command in commands)
            output.Write($"  {Cure.Line(command)}\n");
        output.Flush();
        if (!confirm())
        {
            output.Write("nothing was run\n");
            return false;
        }
        return commands.Count(Run) == commands.Count;
    }

    private bool Run(IReadOnlyList<string> command)
    {
        output.Write($"$ {Cure.Line(command)}\n");
        output.Flush();
        string end = machine.Program(command[0]) is { } program ? Execute(program, command) : "there is no such program";
        if (end.Length > 0)
            output.Write($"  failed: {end}\n");
        return end.Length == 0;
    }

    private string Execute(string program, IReadOnlyList<string> command)
    {
        try
        {
            ChildResult result = ChildProcess.Run(machine.At(program), command, null, s_limit);
            string errors = Encoding.UTF8.GetString(result.Errors).Trim();
            return result.ExitStatus == 0 ? "" : $"exit status {result.ExitStatus}" + (errors.Length > 0 ? $": {errors[(errors.LastIndexOf('\n') + 1)..]}"
                : "");
        }
        catch (LinuxException notStarted)
        {
            return notStarted.Message;
        }
    }

    private static bool IsRestart(IReadOnlyList<string> command) => command[0] == "systemctl" && command.Contains("restart");
}
