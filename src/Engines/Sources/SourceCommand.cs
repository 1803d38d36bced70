using GpuContainers.Linux.Processes;

namespace GpuContainers.Engines.Sources;

/// <summary>Programs that print an engine's configuration.</summary>
public static class SourceCommand
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    /// <summary>What containerd says its configuration is, imports included.</summary>
    /// <param name="program">The program; empty for the one in PATH.</param>
    /// <param name="hostRoot">The root directory in which it is run; empty or "/" for that of this process.</param>
    /// <exception cref="EngineException">It could not be run, or failed.</exception>
    public static SourceText Containerd(string program, string hostRoot = "") => Run(hostRoot, program.Length == 0 ? "containerd" : program, "config", "dump");

    /// <summary>What CRI-O says its configuration is.</summary>
    /// <param name="program">The program; empty for the one in PATH.</param>
    /// <param name="hostRoot">As for containerd.</param>
    /// <exception cref="EngineException">It could not be run or failed, and crio-status as well.</exception>
    public static SourceText Crio(string program, string hostRoot = "")
    {
        try
        {
            return Run(hostRoot, program.Length == 0 ? "crio" : program, "status", "config");
        }
        catch (EngineException first)
        {
            try
            {
                return Run(hostRoot, "crio-status", "config");
            }
            catch (EngineException second)
            {
                throw new EngineException(EngineFault.Command, first.Message + "\n" + second.Message, second);
            }
        }
    }

    // No shell, our own environment, standard output alone (CT-35).
    private static SourceText Run(string hostRoot, params string[] command)
    {
        if (hostRoot.Length > 0 && hostRoot != "/")
            command = ["chroot", hostRoot, .. command];
        string shown = $"{command[0]} [{string.Join(' ', command[1..])}]";
        string program = Find(command[0]) ?? throw Failure(shown, $"exec: \"{command[0]}\": executable file not found in $PATH", "");
        ChildResult result;
        try
        {
            result = ChildProcess.Run(program, command, null, s_limit);
        }
        catch (LinuxException notStarted)
        {
            throw Failure(shown, notStarted.Message, "");
        }
        if (result.ExitStatus == 0)
            return new SourceText(string.Join(' ', command), result.Output);
        string end = result.TimedOut ? $"no end after {s_limit.TotalSeconds} seconds" : result.Signal != 0 ? $"signal {result.Signal}"
            : $"exit status {result.ExitStatus}";
        throw Failure(shown, end, Encoding.UTF8.GetString(result.Errors).TrimEnd());
    }

    // The last line says most often why (CT-35).
    private static EngineException Failure(string command, string reason, string errors)
    {
        string last = errors[(errors.LastIndexOf('\n') + 1)..].Trim();
        return new EngineException(EngineFault.Command, $"failed to run command {command}: {reason}" + (last.Length > 0 ? $": {last}" : ""));
    }

    private static string? Find(string name) =>
        name.Contains('/') ? name : ProgramSearch.Find(name, (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'));
}

/// <summary>A configuration as it was read.</summary>
/// <param name="Origin">The file or command it comes from, for messages.</param>
/// <param name="Content">Its bytes; null for a missing file, which counts as empty.</param>
public sealed record SourceText(string Origin, byte[]? Content);

/// <summary>Configurations that a program fills in before an engine reads them (CT-197).</summary>
internal static class TemplateText
{
    /// <summary>The templates of the Kubernetes distributions that have some.</summary>
    internal const string Containerd =
        "k3s has it in /var/lib/rancher/k3s/agent/etc/containerd/config.toml.tmpl, RKE2 in /var/lib/rancher/rke2/agent/etc/containerd/config.toml.tmpl, "
        + "and both add the runtime by themselves if nvidia-container-runtime is installed when they start";

    /// <summary>The error for a text that cannot be read because it is a template; null when it is none.</summary>
    /// <param name="source">The text.</param>
    /// <param name="broken">Why it cannot be read.</param>
    /// <param name="format">What it should be.</param>
    /// <param name="whereElse">Where else such templates are; empty when nothing is known about that.</param>
    internal static EngineException? Explain(SourceText source, EngineException broken, string format, string whereElse = "")
    {
        int at = broken.Reason == EngineFault.Syntax ? source.Content.AsSpan().IndexOf("{{"u8) : -1;
        if (at < 0)
            return null;
        (int line, int column) = Json.JsonPosition.Find(source.Content, at);
        return new EngineException(
            EngineFault.Syntax,
            $"({line}, {column}): {{{{ begins a template, so this is not {format} yet: {source.Origin} must be edited by hand, where it is made"
            + (whereElse.Length > 0 ? $"; {whereElse}" : ""), broken);
    }
}
