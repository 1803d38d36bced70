using GpuContainers.Configuration;
using GpuContainers.Core.Runtime;
using GpuContainers.Core.Runtime.Requests;
using GpuContainers.Host;
using GpuContainers.Linux;
using Microsoft.Win32.SafeHandles;

namespace GpuContainers.Core.LegacyHook;

/// <summary>nvidia-container-runtime-hook: the prestart hook of legacy mode, which hands over to nvidia-container-cli (legacy.md part A).</summary>
internal static class LegacyHookProgram
{
    // A state is a few hundred bytes; a limit keeps an endless pipe from filling the memory.
    private const long StateLimit = 16 << 20;
    private const long SpecificationLimit = 128 << 20;

    private const string Usage = """
        Usage of nvidia-container-runtime-hook:
          -config string
            	configuration file
          -debug
            	enable debug output
          -version
            	enable version output

        Commands:
          prestart
                run the prestart hook
          poststart
                no-op
          poststop
                no-op

        """;

    /// <summary>Runs the hook; returns its exit status unless the CLI has replaced it. The name it is called by does not matter (LG-1).</summary>
    /// <param name="arguments">The words behind the program name.</param>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var flags = HookFlags.Parse(arguments, out string error);
        if (error.Length > 0)
            return Fail(error + "\n" + Usage.TrimEnd('\n'), 2);
        if (flags.Help)
            return Fail(Usage.TrimEnd('\n'), 0);
        // LG-4
        if (flags.Version)
        {
            StandardStreams.Write($"NVIDIA Container Runtime Hook version {ProductVersion.Text}\n{(ProductVersion.Commit.Length == 0 ? "" : $"commit: {ProductVersion.Commit}\n")}");
            return 0;
        }
        return flags.Command switch
        {
            "prestart" => Guard(flags),
            // LG-8
            "poststart" or "poststop" => 0,
            _ => Fail(Usage.TrimEnd('\n'), 2),
        };
    }

    // LG-73: one message and status 1; where it happened only with -debug.
    private static int Guard(HookFlags flags)
    {
        try
        {
            // LG-75
            Log.Start(LogLevel.Warning, new LogDestination(new SafeFileHandle(2, ownsHandle: false), LogFormat.Text));
            return Prestart(flags);
        }
        catch (CoreException error)
        {
            return Fail(flags.Debug ? $"{error.Message}\n{error.StackTrace}" : error.Message, 1);
        }
        catch (Exception fault)
        {
            string message = InternalError.Describe(fault);
            return Fail(flags.Debug ? $"{message}\n{fault.StackTrace}" : message, 1);
        }
    }

    // LG-74: the order of these steps decides which of several errors is reported. LG-17: the configuration comes before everything else.
    private static int Prestart(HookFlags flags)
    {
        ToolkitConfig config = HookConfiguration.Load(flags.Config);
        DriverCapabilities supported = HookConfiguration.SupportedCapabilities(config);
        HookState state = ReadState();
        HookSpecification specification = ReadSpecification(state.Bundle);
        // LG-24
        foreach (string entry in specification.Image.MalformedEntries)
            Log.Warning($"Ignoring environment entry without '=': {entry}");
        var request = HookRequest.From(specification.Image, config, supported);
        if (request is null)
            return 0;
        RequireLegacyMode(config, request);
        // LG-20: the CLI would take 0 for "no container process" and change the namespace of the caller.
        if (state.Pid <= 0)
            throw new CoreException(CoreFailure.ContainerState, $"invalid pid {state.Pid} in container state; the OCI runtime must name the container's process");
        string searchPath = CliLocation.SearchPath(Environment.GetEnvironmentVariable("PATH") ?? "", config.ContainerCli.Root);
        string cli = CliLocation.Find(config.ContainerCli.Path, searchPath);
        // LG-69: against the bundle, in which runtimes run the hook.
        string root = LexicalPath.Clean(specification.Root.StartsWith('/') ? specification.Root : LexicalPath.Join(Absolute(state.Bundle), specification.Root));
        List<string> arguments = CliArguments.Build(cli, config, request, flags.Debug, state.Pid, root);
        return Execute(cli, arguments, HookEnvironment.Build(RawArguments.Environment(), searchPath, config.ContainerCli.Environment));
    }

    private static HookState ReadState()
    {
        try
        {
            return HookState.Parse(new Descriptor(0).ReadToEnd(StateLimit, "standard input"));
        }
        catch (LinuxException error)
        {
            throw new CoreException(CoreFailure.ContainerState, $"could not decode container state: {error.Message}", error);
        }
    }

    // LG-21
    private static HookSpecification ReadSpecification(string bundle)
    {
        string path = LexicalPath.Join(bundle, "config.json");
        if (!HostFile.TryReadAll(path, SpecificationLimit, out byte[] bytes, out Errno error))
            throw new CoreException(CoreFailure.SpecificationMissing, $"could not open OCI spec: open {path}: {error.Describe()}");
        return HookSpecification.Parse(bytes);
    }

    // LG-57 to LG-62
    private static void RequireLegacyMode(ToolkitConfig config, HookRequest request)
    {
        if (config.RuntimeHook.SkipModeDetection)
            return;
        string mode = ModeSelector.Resolve(config.Runtime.Mode, request.Devices, request.OnlyQualifiedNames, ModeSelector.Legacy, () => HostPlatform.IsTegra(HostContext.OfThisProcess()), out string message);
        StandardStreams.WriteErrorText(message + "\n");
        if (mode != ModeSelector.Legacy)
        {
            throw new CoreException(
                CoreFailure.HookMode,
                "invoking the NVIDIA Container Runtime Hook directly (e.g. specifying the docker --gpus flag) is not supported. Please use the NVIDIA Container Runtime (e.g. specify the --runtime=nvidia flag) instead");
        }
    }

    // LG-70: the process is replaced, so that its status is that of the CLI.
    private static int Execute(string cli, List<string> arguments, IReadOnlyList<byte[]> environment)
    {
        Errno error = ProgramImage.Execute(cli, RawArguments.FromTexts(arguments), environment);
        // LG-72
        throw new CoreException(CoreFailure.Execution, $"exec failed: {error.Describe()}; check nvidia-container-cli.path ({cli})");
    }

    private static string Absolute(string bundle) => bundle.StartsWith('/') ? bundle : LexicalPath.Join(Environment.CurrentDirectory, bundle);

    private static int Fail(string message, int status)
    {
        // LG-9: no time stamp, no prefix.
        StandardStreams.WriteErrorText(message + "\n");
        return status;
    }
}
