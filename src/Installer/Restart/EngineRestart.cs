using GpuContainers.Configuration;
using GpuContainers.Linux.Processes;
using GpuContainers.Linux.Sockets;

namespace GpuContainers.Installer.Restart;

/// <summary>Lets an engine know of its new configuration.</summary>
/// <param name="settings">How.</param>
/// <param name="interruption">Shortens the waiting when somebody is in a hurry.</param>
internal sealed class EngineRestart(EngineSettings settings, Interruption interruption)
{
    /// <summary>Tells it.</summary>
    /// <exception cref="ToolkitException">It could not be told; its files stay as they are.</exception>
    public void Run()
    {
        string name = settings.Engine.Name;
        switch (settings.RestartMode)
        {
            case RestartMode.Signal:
                new SignalRestart(name, settings.Socket, interruption).Run();
                break;
            case RestartMode.Systemd:
                new SystemdRestart(name, settings.HostRoot).Run();
                break;
            default:
                Log.Warning($"Skipping restart of {name} due to --restart-mode=none");
                break;
        }
    }
}

/// <summary>SIGHUP to the process that answers on the engine's socket: Docker reloads, containerd ends and is started by its
/// supervisor.</summary>
/// <param name="engine">The engine's name.</param>
/// <param name="socket">Its socket.</param>
/// <param name="interruption">Shortens the waiting when somebody is in a hurry.</param>
internal sealed class SignalRestart(string engine, string socket, Interruption interruption)
{
    private const int Attempts = 6;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // containerd's gRPC server speaks first.
    private byte[] Question => engine == "docker" ? "GET /info HTTP/1.0\r\n\r\n"u8.ToArray() : [];

    /// <summary>Sends the signal.</summary>
    /// <exception cref="ToolkitException">The engine did not answer in any of the attempts.</exception>
    public void Run()
    {
        Log.Info($"Sending SIGHUP signal to {engine}");
        for (int attempt = 1; ; attempt++)
        {
            // Looked at before the attempt: a signal that comes while it fails leaves one more (IN-34).
            bool isLast = attempt == Attempts || interruption.IsHurried;
            try
            {
                ProcessSignal.Send(SocketPeer.Find(socket, Question, s_patience), ProcessSignal.HangUp);
                Log.Info($"Successfully signaled {engine}");
                return;
            }
            catch (LinuxException failure)
            {
                Log.Warning($"Error signaling {engine}, attempt {attempt}/{Attempts}: {failure.Message}");
                if (!isLast)
                {
                    interruption.Wait(s_pause);
                    continue;
                }
                Log.Warning($"Max retries reached {attempt}/{Attempts}, aborting");
                throw new ToolkitException($"unable to signal {engine}: {failure.Message}; start {engine}, or give its socket with --socket", failure);
            }
        }
    }
}

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
