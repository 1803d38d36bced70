using System.Text;
using GpuContainers.Configuration;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Installer.Restart;

/// <summary>A restart by systemd: asked over D-Bus; where the host has no bus, by its own systemctl.</summary>
/// <param name="engine">The engine, whose unit has its name.</param>
/// <param name="hostRoot">The host's root as this process sees it; empty: its own.</param>
internal sealed class SystemdRestart(string engine, string hostRoot)
{
    private const string BusSocket = "run/dbus/system_bus_socket";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    private string Place => hostRoot.Length > 0 ? " on host" : "";

    /// <summary>Restarts it and waits until systemd has done so.</summary>
    /// <exception cref="ToolkitException">systemd cannot be asked, or the engine did not start.</exception>
    public void Run()
    {
        string bus = LexicalPath.Join(hostRoot.Length > 0 ? hostRoot : "/", BusSocket);
        ToolkitException.During($"error restarting {engine} using systemd", () =>
        {
            if (HostFile.TryStatus(bus, followLinks: true, out FileStatus status) && status.Kind == FileKind.Socket)
                AskBus(bus);
            else
                AskSystemctl();
        });
    }

    private void AskBus(string bus)
    {
        Log.Info($"Restarting {engine}{Place} using systemd: [RestartUnit {engine}.service replace]");
        string result = SystemdBus.RestartAsync(bus, engine + ".service", s_limit).GetAwaiter().GetResult();
        if (result != "done")
            throw new ToolkitException($"the job of {engine}.service ended as {result}; see systemctl status {engine} on the host");
    }

    private void AskSystemctl()
    {
        string[] words = hostRoot.Length > 0 ? ["chroot", hostRoot, "systemctl", "restart", engine] : ["systemctl", "restart", engine];
        Log.Info($"Restarting {engine}{Place} using systemd: [{string.Join(' ', words)}]");
        ChildResult result = ChildProcess.Run(ExecutablePath.Resolve(words[0], "/usr/sbin/" + words[0]), words, null, s_limit);
        string said = Encoding.UTF8.GetString([.. result.Output, .. result.Errors]).Trim();
        if (said.Length > 0)
            Log.Info($"{words[0]} says: {said}");
        if (result.ExitStatus != 0)
            throw new ToolkitException(result.TimedOut ? $"no end after {s_limit.TotalMinutes} minutes" : result.Signal != 0 ? $"signal {result.Signal}"
                : $"exit status {result.ExitStatus}");
    }
}
