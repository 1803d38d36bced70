using GpuContainers.Host;
using GpuContainers.Linux.Bpf;
using GpuContainers.Runtime.ContainerCli.Cgroups;
using GpuContainers.Runtime.ContainerCli.CommandLine;
using GpuContainers.Runtime.ContainerCli.Configure;
using GpuContainers.Runtime.ContainerCli.Driver;
using GpuContainers.Runtime.ContainerCli.Modules;
using GpuContainers.Runtime.ContainerCli.Selection;
using GpuContainers.Runtime.Create;

namespace GpuContainers.Runtime.ContainerCli;

/// <summary>nvidia-container-cli: lists the driver of this host, and configures containers with it.</summary>
internal static class ContainerCliProgram
{
    /// <summary>The name of the program.</summary>
    internal const string Name = "nvidia-container-cli";

    /// <summary>Runs the program; its exit status is 0 or 1 (CL-13).</summary>
    /// <param name="arguments">argv, argument 0 included.</param>
    internal static int Run(IReadOnlyList<string> arguments)
    {
        // The prestart hook, which does the same work in its own process, has started its watch before (SEC-25).
        ShimDeadline.Start($"{Name}: mount error: ", static message => StandardStreams.WriteErrorText($"{message}\n"));
        return Run(arguments, CallerEnvironment.OfThisProcess());
    }

    /// <summary>As <see cref="Run(IReadOnlyList{string})"/>, with other words of the environment.</summary>
    internal static int Run(IReadOnlyList<string> arguments, CallerEnvironment environment) => Run(arguments, environment, new HostContext());

    internal static int Run(IReadOnlyList<string> arguments, CallerEnvironment environment, HostContext context)
    {
        string program = arguments.Count == 0 ? Name : LexicalPath.Base(arguments[0]);
        try
        {
            string[] words = new string[Math.Max(0, arguments.Count - 1)];
            for (int i = 0; i < words.Length; i++)
                words[i] = arguments[i + 1];
            StandardStreams.Write(Run(program, words, environment, context));
            return 0;
        }
        catch (UsageException error)
        {
            StandardStreams.WriteErrorText(error.Message);
            return 1;
        }
        catch (CliException error)
        {
            // Names of devices are the image's (SEC-31).
            StandardStreams.WriteErrorText(ShownValues.Fit(error.Message, text => $"{program}: {ShownValues.Printable(text)}\n"));
            return 1;
        }
    }

    /// <summary>The device rules that a call of <c>configure</c> would set; nothing is changed.</summary>
    /// <param name="arguments">argv, argument 0 included.</param>
    /// <param name="context">The machine.</param>
    /// <exception cref="CliException">The devices cannot be found.</exception>
    internal static IReadOnlyList<DeviceRule> FindRules(IReadOnlyList<string> arguments, HostContext context)
    {
        string[] words = [.. arguments];
        var options = GlobalOptions.Read(Name, words[1..], "");
        string[] rest = [.. options.Command];
        var command = ConfigureOptions.Read(Name, rest[1..]);
        using var log = new DebugLog("");
        IReadOnlyList<int> channels = ImexChannels.Parse(command.ImexChannels);
        var host = DriverHost.Open(options, context, channels, log);
        DeviceRequest request = ContainerConfigureCommand.Select(host, command, channels);
        return MountPlan.Build(host, DriverContent.FindNodes(host, log), command, request).Rules;
    }

    private static string Run(string program, string[] words, CallerEnvironment environment, HostContext context)
    {
        var options = GlobalOptions.Read(program, words, environment.DebugFile);
        if (options.Print is not null)
            return options.Print;
        string command = options.Command.Count == 0 ? "" : options.Command[0];
        string[] rest = [.. options.Command];
        rest = rest.Length == 0 ? rest : rest[1..];
        return command switch
        {
            ContainerProgram.Command => ContainerProgram.Become(rest),
            KernelModuleProgram.Command => KernelModuleProgram.Run(rest),
            "info" => Info(program, rest, options, environment, context),
            "configure" => Configure(program, rest, options, environment, context),
            "list" => List(program, rest, options, environment, context),
            _ => throw UsageException.Operands(options),
        };
    }

    private static string Info(string program, string[] words, GlobalOptions options, CallerEnvironment environment, HostContext context)
    {
        var command = InfoOptions.Read(program, words);
        if (command.Print is not null)
            return command.Print;
        ReduceRoot();
        using var log = new DebugLog(options.Debug);
        var host = DriverHost.Open(options, context, [], log);
        BoundRoot();
        _ = DriverContent.Find(host, options, new DriverOmissions(), environment, log);
        return InfoCommand.Run(host, command.Csv);
    }

    private static string List(string program, string[] words, GlobalOptions options, CallerEnvironment environment, HostContext context)
    {
        var command = ListOptions.Read(program, words);
        if (command.Print is not null)
            return command.Print;
        ReduceRoot();
        IReadOnlyList<int> channels = ImexChannels.Parse(command.ImexChannels);
        using var log = new DebugLog(options.Debug);
        var host = DriverHost.Open(options, context, channels, log);
        BoundRoot();
        var content = DriverContent.Find(host, options, command.Omissions, environment, log);
        return new ListCommand(host, command).Run(content, channels);
    }

    private static string Configure(string program, string[] words, GlobalOptions options, CallerEnvironment environment, HostContext context)
    {
        var command = ConfigureOptions.Read(program, words);
        if (command.Print is not null)
            return command.Print;
        ProcessShield.RaiseKeepingMask();
        if (!command.NoCgroups)
            DeviceFilters.RaiseMemoryLimit();
        CliRights.Reduce();
        IReadOnlyList<int> channels = ImexChannels.Parse(command.ImexChannels);
        using var log = new DebugLog(options.Debug);
        var host = DriverHost.Open(options, context, channels, log);
        using ContainerProcess process = ContainerProcess.Open(command);
        var content = DriverContent.Find(host, options, command.Omissions, environment, log);
        ContainerConfigureCommand.Run(host, content, command, process, channels, log);
        return "";
    }

    // Everybody may look at the driver (CL-53).
    private static void ReduceRoot()
    {
        if (ProcessCredentials.EffectiveUser == 0)
            CliRights.Reduce();
    }

    private static void BoundRoot()
    {
        if (ProcessCredentials.EffectiveUser == 0)
            CliRights.BoundForDriver();
    }
}
