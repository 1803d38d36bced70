using System.Text;
using System.Text.RegularExpressions;
using GpuContainers.Diagnostics;
using GpuContainers.Engines;
using GpuContainers.Linux;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Ctk.Runtime;

/// <summary>
/// The engine as it is installed. Configuring before installing is usual, so a missing or old one is a warning, never an error (CT-198).
/// </summary>
internal static partial class InstalledEngine
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    /// <summary>Warns of an engine that is not there, or too old for CDI if that is turned on.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="program">Its program; empty for the one in PATH.</param>
    /// <param name="needsCdi">Whether CDI is turned on.</param>
    public static void Check(Engine engine, string program, bool needsCdi)
    {
        List<string> folders = ProgramSearch.Folders(Environment.GetEnvironmentVariable("PATH") ?? "");
        string? path = program.Length > 0 ? ProgramSearch.Find(program, folders)
            : Programs(engine).Select(name => ProgramSearch.Find(name, folders)).FirstOrDefault(found => found is not null);
        if (path is null)
            Log.Warning($"{engine.Name} is not installed on this machine, as far as PATH tells; its configuration is written all the same");
        else if (needsCdi && FirstWithCdi(engine) is { } first && VersionOf(path) is { } version && version < first)
            Log.Warning($"{engine.Name} {version} does not know CDI, which came with {first}: what --cdi.enabled writes has no effect before an upgrade");
    }

    private static string[] Programs(Engine engine) => engine.Name == Engine.Docker.Name ? ["dockerd", "docker"] : [engine.Name];

    private static Version? FirstWithCdi(Engine engine) =>
        engine.Name == Engine.Docker.Name ? new Version(25, 0) : engine.Name == Engine.Containerd.Name ? new Version(1, 7) : null;

    // Any other output means that the version is not known.
    private static Version? VersionOf(string path)
    {
        try
        {
            ChildResult result = ChildProcess.Run(path, [path, "--version"], null, s_limit);
            Match number = Number().Match(Encoding.UTF8.GetString(result.Output));
            return result.ExitStatus == 0 && number.Success ? Version.Parse(number.Value) : null;
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    [GeneratedRegex("[0-9]{1,4}\\.[0-9]{1,4}(\\.[0-9]{1,6})?")]
    private static partial Regex Number();
}
