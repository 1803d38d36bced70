using GpuContainers.Diagnostics;

namespace GpuContainers.Simulator;

/// <summary>What "run" was told.</summary>
/// <param name="Host">The host's name or file.</param>
/// <param name="Programs">The folders whose programs are to be in the host's /usr/bin.</param>
/// <param name="Shared">The directories that stay this machine's own.</param>
/// <param name="Command">The command; a shell when empty.</param>
internal sealed record RunOptions(string Host, IReadOnlyList<string> Programs, IReadOnlyList<string> Shared, IReadOnlyList<string> Command)
{
    /// <summary>Reads the arguments behind "run".</summary>
    /// <exception cref="ToolkitException">They are wrong.</exception>
    internal static RunOptions Parse(ReadOnlySpan<string> arguments)
    {
        string? host = null;
        List<string> programs = [], shared = [];
        int at = 0;
        for (; at < arguments.Length; at++)
        {
            string argument = arguments[at];
            if (argument == "--")
            {
                at++;
                break;
            }
            if (argument is "--programs" or "--share")
                (argument == "--share" ? shared : programs).Add(Directory(arguments, ref at));
            else if (argument.StartsWith('-'))
                throw new ToolkitException($"unknown option {argument}; see gpu-host-simulator --help");
            else if (host is null)
                host = argument;
            else
                break;
        }
        return new RunOptions(
            host ?? throw new ToolkitException("run needs a host: a name of gpu-host-simulator list, or a file"), programs, shared, [.. arguments[at..]]);
    }

    private static string Directory(ReadOnlySpan<string> arguments, ref int at)
    {
        string option = arguments[at];
        if (++at >= arguments.Length || !System.IO.Directory.Exists(arguments[at]))
            throw new ToolkitException($"{option} needs a directory{(at < arguments.Length ? $"; {arguments[at]} is none" : "")}");
        return Path.GetFullPath(arguments[at]);
    }
}
