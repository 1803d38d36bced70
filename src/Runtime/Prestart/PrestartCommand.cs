using GpuContainers.Configuration.Model;
using GpuContainers.Host;
using GpuContainers.Runtime.ContainerCli;
using GpuContainers.Runtime.Create;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Prestart;

/// <summary>The command <c>prestart</c>: reads what the container asks for and becomes nvidia-container-cli.</summary>
internal static class PrestartCommand
{
    // Far above any specification that is real; a limit keeps an endless file from filling the memory.
    private const long SpecificationLimit = 8 << 20;

    /// <summary>Runs the command; returns 0 for a container that asks for no device, and not at all when nvidia-container-cli has taken the process.</summary>
    /// <exception cref="CoreException">A step failed.</exception>
    // The order of these steps decides which of several errors is reported (LG-74). The configuration comes before everything else (LG-17).
    public static int Run(HookFlags flags)
    {
        var input = new Lazy<PrestartState>(static () => PrestartState.Read(new Descriptor(0)));
        var described = new Lazy<HookSpecification>(() => ReadSpecification(input.Value.Bundle));
        var environment = new HookEnvironment(described);
        ToolkitConfig config = HookConfiguration.Load(flags.Config, environment.Get);
        DriverCapabilities supported = HookConfiguration.SupportedCapabilities(config);
        PrestartState state = input.Value;
        HookSpecification specification = described.Value;
        var request = HookRequest.From(specification.Image, config, supported);
        // Silently (LG-39, LG-73).
        if (request is null)
            return 0;
        // Not before something is asked for, so that containers without GPU stay silent (LG-24).
        foreach (string line in specification.Image.MalformedNotes)
            Log.Warning(line);
        RequireLegacyMode(config, request);
        state.RequireProcess();
        string root = specification.RootDirectory(state.Bundle);
        string inheritedPath = environment.Get("PATH") ?? "";
        var cli = CliProgram.Choose(config.ContainerCli, inheritedPath, OwnProgram.Status ?? default);
        if (cli is null)
        {
            string searchPath = string.Join(':', CliProgram.Directories(inheritedPath, config.ContainerCli.Root));
            List<string> words = CliArguments.Build(ContainerCliProgram.Name, config, request, flags.Debug, state.ProcessId, root);
            // The same words as another program would get, and the same variables (NL-4).
            return ContainerCliProgram.Run(words, CallerEnvironment.From(Variables(environment, searchPath, config)));
        }
        List<string> arguments = CliArguments.Build(cli.Path, config, request, flags.Debug, state.ProcessId, root);
        Execute(cli.Path, request, arguments, Variables(environment, cli.SearchPath, config));
        return 1;
    }

    // The state names the bundle; what was asked for stands in its specification (LG-21).
    private static HookSpecification ReadSpecification(string bundle)
    {
        string path = LexicalPath.Join(bundle, "config.json");
        if (HostFile.TryReadAll(path, SpecificationLimit, out byte[] bytes, out Errno error))
            return HookSpecification.Parse(bytes);
        throw new CoreException(
            $"could not open OCI spec: {(error == Errno.ENXIO ? $"{path} is not a regular file" : $"open {path}: {error.Describe()}")}; "
                + "the bundle that the container state names must hold config.json");
    }

    // The hook reads the configured mode itself, so a runtime that forces another one does not change what it sees (LG-57 to LG-62).
    private static void RequireLegacyMode(ToolkitConfig config, HookRequest request)
    {
        if (config.RuntimeHook.SkipModeDetection)
            return;
        // The host root counts, whatever driver root is configured (LG-60).
        static bool IsTegra() => HostPlatform.IsTegra(HostContext.OfThisProcess());
        string mode = ModeSelector.Resolve(config.Runtime.Mode, request.Devices, request.OnlyQualifiedNames, RuntimeMode.Legacy, IsTegra, out string message);
        // The mode goes to standard error, for whoever wonders why the hook refuses (LG-58, LG-59).
        StandardStreams.WriteErrorText(HookTexts.Line(message));
        if (mode != RuntimeMode.Legacy.ToText())
            throw new CoreException(HookTexts.NotLegacyMode);
    }

    private static CoreException TooMuch(string path, HookRequest request)
    {
        long requirements = request.Requirements.Sum(static text => (long)text.Length);
        long devices = request.Devices.Sum(static name => (long)name.Length);
        string cause = requirements > devices
            ? $"the {request.Requirements.Count} NVIDIA_REQUIRE_* variables of the container ({requirements} characters) do not fit the arguments of {path}; " +
                "set NVIDIA_DISABLE_REQUIRE=1 in the container, or make the requirements of its image shorter"
            : $"the {request.Devices.Count} devices that the container asks for ({devices} characters) do not fit the arguments of {path}; ask for fewer, or " +
                "for all";
        return new CoreException($"exec failed: {Errno.E2BIG.Describe()}: {cause}");
    }

    private static List<byte[]> Variables(HookEnvironment environment, string? searchPath, ToolkitConfig config)
    {
        List<byte[]> variables = environment.Entries();
        if (searchPath is not null)
            CliEnvironment.Put(variables, "PATH=" + searchPath);
        foreach (string entry in config.ContainerCli.Environment)
            CliEnvironment.Put(variables, entry);
        return variables;
    }

    // The process is replaced, so that its status is that of nvidia-container-cli (LG-70).
    private static void Execute(string path, HookRequest request, List<string> arguments, List<byte[]> environment)
    {
        Errno error = ProgramImage.Execute(path, RawArguments.FromTexts([.. arguments]), [.. environment]);
        // The kernel's limits: 128 KiB for one argument, a quarter of the stack's for all (RT-265).
        if (error == Errno.E2BIG)
            throw TooMuch(path, request);
        // Only a failed exec returns (LG-72).
        throw new CoreException(
            $"exec failed: {error.Describe()}; check that {path} (nvidia-container-cli.path) is a program for this machine");
    }
}

/// <summary>The environment that nvidia-container-cli gets: the hook's own, changed (LG-64, LG-71).</summary>
internal static class CliEnvironment
{
    /// <summary>
    /// Puts an entry in the place of the first inherited one of its name, and removes further ones: C programs see the first of a name, others the
    /// last (LG-71). An entry of a new name, or without "=", is appended.
    /// </summary>
    /// <param name="environment">The entries, as bytes.</param>
    /// <param name="entry">"NAME=value".</param>
    public static void Put(List<byte[]> environment, string entry)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(entry);
        byte[] name = bytes[..(bytes.AsSpan().IndexOf((byte)'=') + 1)];
        int place = name.Length == 0 ? -1 : environment.FindIndex(existing => existing.AsSpan().StartsWith(name));
        if (place < 0)
        {
            environment.Add(bytes);
            return;
        }
        environment.RemoveAll(existing => existing.AsSpan().StartsWith(name));
        environment.Insert(place, bytes);
    }
}
