using GpuContainers.Configuration;
using GpuContainers.Configuration.Model;
using GpuContainers.Host.Devices;

namespace GpuContainers.Runtime.Create;

/// <summary>
/// nvidia-container-runtime: stands where an engine expects runc, edits the bundle of a container that is created, and becomes the low-level
/// runtime.
/// </summary>
internal sealed class RuntimeShim
{
    private readonly byte[][] _rawArguments;
    private readonly ShimArguments _arguments;
    private readonly RuntimeMode? _modeOverride;

    private RuntimeShim(byte[][] rawArguments, RuntimeMode? modeOverride)
    {
        _rawArguments = rawArguments;
        _arguments = ShimArguments.Parse(RawArguments.ToTexts(rawArguments));
        _modeOverride = modeOverride;
    }

    /// <summary>Runs the shim. On success this does not return: the low-level runtime has taken the process (RT-6).</summary>
    /// <param name="rawArguments">The argument vector as it came, the program name included.</param>
    /// <param name="modeOverride">The mode that the program's name stands for, in place of the configured one; null for none (RT-1).</param>
    /// <returns>1, always: the shim failed.</returns>
    public static int Run(byte[][] rawArguments, RuntimeMode? modeOverride) => new RuntimeShim(rawArguments, modeOverride).Run();

    // This order decides which of several errors is reported (RT-10).
    private int Run()
    {
        if (ConfigLocation.Installed() is not null && !DriverModule.IsLoaded())
            return RunWithoutDriver();
        // The banner names this program under all of its three names (RT-1).
        if (_arguments.ShowsVersion)
            StandardStreams.Write(ProductVersion.Banner("NVIDIA Container Runtime") + "spec: 1.3.0\n");
        ToolkitConfig config;
        try
        {
            config = LoadConfig();
        }
        catch (CoreException error)
        {
            // There is no log yet (RT-46).
            return Fail(error.Message);
        }
        var log = ShimLog.Start(config.Runtime, _arguments);
        string message;
        try
        {
            message = Work(config);
        }
        catch (CoreException error)
        {
            message = error.Message;
        }
        // A fault of the program is one line and status 1 as well, and stands in the log file that the engine shows (RT-6).
        catch (Exception fault)
        {
            message = InternalError.Describe(fault);
        }
        // The engine's file has the error before the shim ends (RT-44, RT-46).
        Log.Error(message);
        string closing = log.Close();
        return Fail(closing.Length == 0 ? message : $"{message}\n{closing}");
    }

    // Every call, also that for a container which was created before the driver was loaded or after it was unloaded (IN-44).
    private int RunWithoutDriver()
    {
        try
        {
            IReadOnlyList<string> candidates = LoadConfig().Runtime.Runtimes;
            string runtime = LowLevelRuntime.Find(candidates, Environment.GetEnvironmentVariable("PATH") ?? "");
            string candidate = candidates.First(name => name == runtime || (!name.Contains('/') && LexicalPath.Base(runtime) == name));
            StandardStreams.WriteErrorText($"nvidia driver modules are not yet loaded, invoking {candidate} directly\n");
            return Fail(Execute(runtime));
        }
        catch (CoreException error)
        {
            return Fail(error.Message);
        }
    }

    // A broken configuration keeps no running container from being managed (RT-11).
    private ToolkitConfig LoadConfig()
    {
        try
        {
            return ConfigLoader.Load();
        }
        catch (ConfigurationException error)
        {
            string message = $"error loading config: {error.Message}";
            return _arguments.IsCreate
                ? throw new CoreException(message, error)
                : new ToolkitConfig { Warnings = [message] };
        }
        // Nor does a fault of the program, met while it reads the configuration (RT-6).
        catch (Exception fault) when (!_arguments.IsCreate)
        {
            return new ToolkitConfig { Warnings = [InternalError.Describe(fault)] };
        }
    }

    private string Work(ToolkitConfig config)
    {
        // An unknown key is told, and never keeps a container from starting (CF-13).
        foreach (string warning in config.Warnings.Items())
            Log.Warning(warning);
        Log.Trace($"Running with config: {config}");
        Log.Trace($"Command line arguments: [{string.Join(' ', RawArguments.ToTexts(_rawArguments))}]");
        if (_modeOverride is { } mode)
            config = config with { Runtime = config.Runtime with { Mode = mode.ToText() } };
        string runtime = LowLevelRuntime.Find(config.Runtime.Runtimes, Environment.GetEnvironmentVariable("PATH") ?? "");
        if (_arguments.IsCreate)
            Create(config);
        else
            PassOn();
        return Execute(runtime);
    }

    private void Create(ToolkitConfig config)
    {
        ShimDeadline.Start(ContainerCreation.FirstStage, StandardStreams.WriteError);
        var creation = ContainerCreation.Prepare(config, _arguments.Bundle);
        EndBanner();
        creation.Apply();
    }

    // Nothing is looked at and nothing is touched (RT-3, RT-15).
    private void PassOn()
    {
        Log.Trace($"Skipping modifier for non-create subcommand");
        EndBanner();
    }

    // An empty line between the banner and the text of the low-level runtime (RT-22).
    private void EndBanner()
    {
        if (_arguments.ShowsVersion)
            StandardStreams.Write("\n");
    }

    // Argument 0 is the path that was found, the others are passed on byte for byte (RT-60).
    private string Execute(string runtime)
    {
        Log.Debug($"Forwarding command to runtime {runtime}");
        byte[] name = RawArguments.FromTexts([runtime])[0];
        byte[][] arguments = _rawArguments.Length == 0 ? [name] : [name, .. _rawArguments.AsSpan(1)];
        Errno error = ProgramImage.Execute(runtime, arguments);
        // Only a failed exec returns (RT-63).
        return $"could not exec '{runtime}': {error.Describe()}; check that the file is a program for this machine";
    }

    // One line and status 1, whatever went wrong (RT-5, RT-6).
    private static int Fail(string message)
    {
        StandardStreams.WriteError(message);
        return 1;
    }
}
