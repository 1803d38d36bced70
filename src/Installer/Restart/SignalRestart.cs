using GpuContainers.Diagnostics;
using GpuContainers.Installer.Lifecycle;
using GpuContainers.Linux;
using GpuContainers.Linux.Processes;
using GpuContainers.Linux.Sockets;

namespace GpuContainers.Installer.Restart;

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
            try
            {
                ProcessSignal.Send(SocketPeer.Find(socket, Question, s_patience), ProcessSignal.HangUp);
                Log.Info($"Successfully signaled {engine}");
                return;
            }
            catch (LinuxException failure)
            {
                Log.Warning($"Error signaling {engine}, attempt {attempt}/{Attempts}: {failure.Message}");
                if (attempt < Attempts && !interruption.IsHurried)
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
