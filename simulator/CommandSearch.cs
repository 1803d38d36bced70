using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Simulator;

/// <summary>The search for a command, as a shell does it.</summary>
internal static class CommandSearch
{
    private const string StandardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The path of the program; null when there is none.</summary>
    internal static string? Find(string command)
    {
        if (command.Contains('/'))
            return IsProgram(command) ? command : null;
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? StandardPath).Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string path = LexicalPath.Join(folder, command);
            if (IsProgram(path))
                return path;
        }
        return null;
    }

    private static bool IsProgram(string path) =>
        HostFile.TryStatus(path, followLinks: true, out FileStatus status) && status.Kind == FileKind.Regular && (status.Mode & FileModes.AnyExecute) != 0;
}
