using System.Text.RegularExpressions;

namespace GpuContainers.TestSupport;

/// <summary>
/// Runs of a program, each killed right before another of its system calls that change files. Between two of them nothing changes, so every state that a kill
/// can
/// leave behind is seen, and no clock decides about it.
/// </summary>
public static partial class KilledRuns
{
    private const int Killed = 128 + 9;
    private const string Changing = "/^(p?writev?(64)?|f?truncate|rename.*|(sym)?link(at)?|unlink(at)?|mkdir(at)?|mknod(at)?|f?ch(mod|own)(at)?|f(data)?sync)$";

    /// <summary>Goes through all of them.</summary>
    /// <param name="run">Puts the files in order and runs the program through the program and arguments that it is given.</param>
    /// <param name="check">Looks at what a killed run has left.</param>
    /// <returns>How many runs were killed.</returns>
    public static int All(Func<string[], CommandResult> run, Action<string> check)
    {
        string strace = Checkout.MachineProgram("strace");
        string trace = Path.GetTempFileName();
        CommandResult whole = run([strace, "-f", "-qq", "-o", trace, "-e", "trace=" + Changing]);
        Assert.SkipWhen(whole.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + whole.Errors);
        whole.Succeeded();
        var counts = new Dictionary<string, int>();
        int killed = 0;
        foreach (Match call in File.ReadLines(trace).Select(static line => Call().Match(line)).Where(static match => match.Success))
        {
            string name = call.Groups[1].Value;
            // strace counts the calls of each name and thread.
            int number = counts[call.Value] = counts.GetValueOrDefault(call.Value) + 1;
            CommandResult result = run([strace, "-f", "-qq", "-o", "/dev/null", "-e", $"inject={name}:signal=KILL:when={number}"]);
            Assert.Equal(Killed, result.Status);
            check($"killed before call {number} of {name}");
            killed++;
        }
        File.Delete(trace);
        return killed;
    }

    [GeneratedRegex("^[0-9]+ +([a-z0-9_]+)\\(")]
    private static partial Regex Call();
}
