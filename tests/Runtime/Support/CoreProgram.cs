using System.Diagnostics;
using System.Text;

namespace GpuContainers.Runtime.Tests.Support;

/// <summary>
/// The core program as users start it: the native one of <c>make build</c> where there is one, else the one that was built beside the tests.
/// </summary>
internal static class CoreProgram
{
    public static string Path { get; } = Find();

    /// <summary>Whether it is the native program, which starts in a few milliseconds.</summary>
    public static bool IsNative => !Path.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal);

    /// <summary>Runs the program under one of its names and waits for its end.</summary>
    public static Result Run(ScratchFolder scratch, string name, string[] arguments, params (string Name, string Value)[] environment) =>
        Run(scratch, name, arguments, "", environment);

    public static Result Run(ScratchFolder scratch, string name, string[] arguments, string input, params (string Name, string Value)[] environment)
    {
        using Process process = Start(scratch, name, arguments, environment);
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input: that is its right.
        }
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Result(process.ExitCode, output, errors.Result);
    }

    public static Process Start(ScratchFolder scratch, string name, string[] arguments, params (string Name, string Value)[] environment)
    {
        string link = scratch.At(name);
        if (!File.Exists(link))
            File.CreateSymbolicLink(link, Path);
        var start = new ProcessStartInfo(link, arguments)
        {
            WorkingDirectory = scratch.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach ((string variable, string value) in environment)
            start.Environment[variable] = value;
        return Process.Start(start)!;
    }

    private static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            string native = System.IO.Path.Combine(folder, "artifacts/bin/nvidia-container-runtime");
            if (File.Exists(System.IO.Path.Combine(folder, "GpuContainers.slnx")) && File.Exists(native))
                return native;
        }
        return System.IO.Path.Combine(AppContext.BaseDirectory, "nvidia-container-runtime");
    }

    public sealed record Result(int Status, string Output, string Errors);
}
