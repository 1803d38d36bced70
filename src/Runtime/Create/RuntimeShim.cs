using GpuContainers.Configuration;
using GpuContainers.Configuration.Model;
using GpuContainers.Diagnostics;
using GpuContainers.Linux;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Runtime.Create;

/// <summary>
/// nvidia-container-runtime: stands where an engine expects runc, edits the bundle of a container that is created, and becomes the low-level
/// runtime (runtime.md).
/// </summary>
internal sealed class RuntimeShim
{
    private readonly IReadOnlyList<byte[]> _rawArguments;
    private readonly ShimArguments _arguments;
    private readonly string _modeOverride;

    private RuntimeShim(IReadOnlyList<byte[]> rawArguments, string modeOverride)
    {
        _rawArguments = rawArguments;
        _arguments = ShimArguments.Parse(RawArguments.ToTexts(rawArguments));
        _modeOverride = modeOverride;
    }

    /// <summary>Runs the shim. On success this does not return: the low-level runtime has taken the process (RT-6).</summary>
    /// <param name="rawArguments">The argument vector as it came, the program name included.</param>
    /// <param name="modeOverride">The mode that the program's name stands for, in place of the configured one; empty for none (RT-1).</param>
    /// <returns>1, always: the shim failed.</returns>
    public static int Run(IReadOnlyList<byte[]> rawArguments, string modeOverride) => new RuntimeShim(rawArguments, modeOverride).Run();

    // RT-10: this order decides which of several errors is reported.
    private int Run()
    {
        if (_arguments.ShowsVersion)
            StandardStreams.Write(VersionBanner.Text(ProductVersion.Text, ProductVersion.Commit));
        ToolkitConfig config;
        try
        {
            config = LoadConfig();
        }
        catch (CoreException error)
        {
            // RT-46: there is no log yet.
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
        // RT-6: a fault of the program is one line and status 1 as well, and stands in the log file that the engine shows.
        catch (Exception fault)
        {
            message = InternalError.Describe(fault);
        }
        // RT-44, RT-46: the engine's file has the error before the shim ends.
        Log.Error(message);
        string closing = log.Close();
        return Fail(closing.Length == 0 ? message : $"{message}\n{closing}");
    }

    // RT-11: a broken configuration keeps no running container from being managed.
    private ToolkitConfig LoadConfig()
    {
        try
        {
            return ToolkitConfig.Load();
        }
        catch (ConfigurationException error)
        {
            string message = $"error loading config: {error.Message}";
            return _arguments.IsCreate
                ? throw new CoreException(CoreFailure.Configuration, message, error)
                : new ToolkitConfig { Warnings = [message] };
        }
        // RT-6: nor does a fault of the program, met while it reads the configuration.
        catch (Exception fault) when (!_arguments.IsCreate)
        {
            return new ToolkitConfig { Warnings = [InternalError.Describe(fault)] };
        }
    }

    private string Work(ToolkitConfig config)
    {
        // CF-13
        foreach (string warning in config.Warnings)
            Log.Warning(warning);
        Log.Trace($"Running with config: {config}");
        Log.Trace($"Command line arguments: [{string.Join(' ', RawArguments.ToTexts(_rawArguments))}]");
        if (_modeOverride.Length > 0)
            config = config with { Runtime = config.Runtime with { Mode = _modeOverride } };
        string runtime = LowLevelRuntime.Find(config.Runtime.Runtimes, Environment.GetEnvironmentVariable("PATH") ?? "");
        if (_arguments.IsCreate)
            Create(config);
        else
            PassOn();
        return Execute(runtime);
    }

    private void Create(ToolkitConfig config)
    {
        var creation = ContainerCreation.Prepare(config, _arguments.Bundle);
        EndBanner();
        creation.Apply();
    }

    // RT-3, RT-15: nothing is looked at and nothing is touched.
    private void PassOn()
    {
        Log.Trace($"Skipping modifier for non-create subcommand");
        EndBanner();
    }

    // RT-22: an empty line between the banner and the text of the low-level runtime.
    private void EndBanner()
    {
        if (_arguments.ShowsVersion)
            StandardStreams.Write("\n");
    }

    // RT-60: argument 0 is the path that was found, the others are passed on byte for byte.
    private string Execute(string runtime)
    {
        Log.Debug($"Forwarding command to runtime {runtime}");
        var arguments = new List<byte[]>(_rawArguments);
        byte[] name = RawArguments.FromTexts([runtime])[0];
        if (arguments.Count == 0)
            arguments.Add(name);
        else
            arguments[0] = name;
        Errno error = ProgramImage.Execute(runtime, arguments);
        // RT-63
        return $"could not exec '{runtime}': {error.Describe()}; check that the file is a program for this machine";
    }

    // RT-5, RT-6
    private static int Fail(string message)
    {
        StandardStreams.WriteError(message);
        return 1;
    }
}
