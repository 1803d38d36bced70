using System.Diagnostics;

namespace GpuContainers.TestSupport;

/// <summary>Programs run by tests, with a time limit.</summary>
public static class Command
{
    /// <summary>A guard against programs that hang; generous, because the machine may be busy with other things.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>Runs a program to its end with an empty standard input.</summary>
    public static CommandResult Run(string program, params IEnumerable<string> arguments) => Run(program, arguments, []);

    /// <summary>As above, with these variables set in addition to the own ones; a null value removes one.</summary>
    public static CommandResult Run(string program, IEnumerable<string> arguments, IReadOnlyCollection<KeyValuePair<string, string?>> environment,
        string input = "", string? folder = null, TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "/",
        };
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input: that is its right.
        }
        if (!process.WaitForExit(limit ?? Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end within {(limit ?? Limit).TotalSeconds} s");
        }
        return new CommandResult(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
