using GpuContainers.Diagnostics;
using GpuContainers.Installer.Lifecycle;
using GpuContainers.Installer.Settings;

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
