using GpuContainers.Configuration;
using GpuContainers.Installer.Restart;
using GpuContainers.Installer.Setup;
using GpuContainers.Installer.Toolkit;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Installer;

/// <summary>One run of the installer, from the lock to the end.</summary>
internal sealed class InstallerRun : IDisposable
{
    private readonly InstallerSettings _settings;
    private readonly TextWriter _output;
    private readonly RunReport _report = new();
    private readonly PidFile _pidFile;
    private readonly FileLock? _folderLock;
    private readonly HealthEndpoint? _health;
    private readonly Interruption _interruption;
    private readonly EngineSetup? _engine;
    private string _phase = "setup";

    private InstallerRun(InstallerSettings settings, TextWriter output)
    {
        _settings = settings;
        _output = output;
        _pidFile = PidFile.Take(settings.PidFile);
        try
        {
            _folderLock = LockFolder(settings.InstallDir);
            _health = HealthEndpoint.Start(settings.HealthAddress);
        }
        catch
        {
            _folderLock?.Dispose();
            End();
            throw;
        }
        _interruption = new Interruption(EndEarly);
        _engine = settings.Engine is { } engine ? new EngineSetup(engine, settings.ToolkitDir, new EngineRestart(engine, _interruption), _interruption,
            _report) : null;
    }

    /// <summary>Runs it.</summary>
    /// <exception cref="ToolkitException">A step failed; what was done before it stays.</exception>
    public static void Run(InstallerSettings settings, TextWriter output)
    {
        using InstallerRun run = ToolkitException.During("unable to initialize", () => new InstallerRun(settings, output));
        run.Run();
    }

    // On every exit after the lock (IN-35).
    public void Dispose()
    {
        _interruption.Dispose();
        _health?.Dispose();
        _folderLock?.Dispose();
        End();
    }

    private void Run()
    {
        try
        {
            ToolkitException.During("unable to secure the toolkit's folder", () => ToolkitFolder.Secure(_settings.ToolkitDir));
            Leftovers.Remove(_settings);
            if (_settings.Undo)
                Undo();
            else
                InstallAndServe();
        }
        catch (Exception failure)
        {
            Report("failed", failure.Message.Split(": ")[0]);
            throw;
        }
    }

    private void InstallAndServe()
    {
        IReadOnlyList<string> runtimes = ToolkitException.During("unable to determine runtime options", FindRuntimes);
        ToolkitException.During("unable to install toolkit", () => new ToolkitInstallation(_settings, runtimes, _interruption, _report, _output).Run());
        ToolkitException.During("unable to setup runtime", () => _engine?.SetUp());
        if (_settings.NoDaemon)
        {
            Report("done");
            return;
        }
        using NriServer? plugin = _settings.Nri is { } nri ? ToolkitException.During("unable to start NRI plugin server", () => NriServer.Start(nri)) : null;
        _report.NriPlugin = plugin is not null;
        Report("done");
        Serve(plugin);
        ToolkitException.During("unable to cleanup runtime", () => _engine?.CleanUp());
        Report("done");
    }

    private void Serve(NriServer? plugin)
    {
        _health?.Report("ready", isReady: true);
        _interruption.WaitForSignal(plugin?.Completion);
        _health?.Report("cleaning up", isReady: false);
        plugin?.RequireRunning();
        _phase = "cleanup";
        _report.BeginPhase();
    }

    private void Undo()
    {
        _phase = "undo";
        ToolkitException.During("unable to undo", () => _engine!.Undo());
        Report("done");
    }

    private IReadOnlyList<string> FindRuntimes()
    {
        if (_settings.Nri is not null)
        {
            try
            {
                return ToolkitConfigFile.InstalledRuntimes(_settings.ToolkitDir);
            }
            catch (ConfigurationException failure)
            {
                Log.Warning($"failed to get installed toolkit config: {failure.Message}");
                return _settings.Toolkit.Runtimes ?? [];
            }
        }
        return _settings.Toolkit.Runtimes ?? _engine?.LowLevelRuntimes() ?? ["runc", "crun"];
    }

    // Two instances with different PID files, as of two operators, must not install into one folder at the same time either.
    private static FileLock? LockFolder(string folder)
    {
        HostDirectory.Create(folder, FileModes.PublicFolder);
        try
        {
            return FileLock.ForDirectory(folder);
        }
        catch (LinuxException failure) when (failure.Operation == "lock")
        {
            if (failure.Errno == Errno.EAGAIN)
                throw new ToolkitException($"another instance of nvidia-ctk-installer, with another --pid-file, uses {folder}; stop it first", failure);
            Log.Debug($"{folder} cannot be locked, so nothing keeps a second instance with another --pid-file away: {failure.Message}");
            return null;
        }
    }

    private void Report(string result, string step = "")
    {
        _output.Write(_report.Line(_phase, _settings.EngineName, _settings.ToolkitDir, result, step));
        _output.Flush();
    }

    private void EndEarly()
    {
        Log.Info("Signal received, exiting early");
        Report("interrupted");
        End();
        ProcessEnd.Now(0);
    }

    private void End()
    {
        Log.Info("Shutting Down");
        _pidFile.Dispose();
    }
}
