using GpuContainers.Configuration;
using GpuContainers.Configuration.Model;

namespace GpuContainers.Runtime.Prestart;

/// <summary>The command line of nvidia-container-cli.</summary>
internal static class CliArguments
{
    /// <summary>All arguments in their fixed order and spelling (LG-66).</summary>
    /// <param name="cli">The path of the CLI, which is also argument 0.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="request">What the container asks for.</param>
    /// <param name="debug">Whether the CLI is to log to standard error.</param>
    /// <param name="pid">The container's process.</param>
    /// <param name="root">The absolute root of the container.</param>
    public static List<string> Build(string cli, ToolkitConfig config, HookRequest request, bool debug, long pid, string root)
    {
        var arguments = new List<string> { cli };
        AddGlobal(arguments, config, debug);
        arguments.Add("configure");
        AddConfigure(arguments, config);
        AddRequest(arguments, request);
        arguments.Add($"--pid={pid}");
        arguments.Add(root);
        return arguments;
    }

    private static void AddGlobal(List<string> arguments, ToolkitConfig config, bool debug)
    {
        ContainerCliConfig cli = config.ContainerCli;
        AddValue(arguments, "--root", cli.Root);
        AddSwitch(arguments, "--load-kmods", cli.LoadKernelModules);
        AddSwitch(arguments, "--no-create-imex-channels", config.Features.DisableImexChannelCreation == true);
        AddSwitch(arguments, "--no-pivot", cli.NoPivot);
        AddValue(arguments, "--debug", debug ? "/dev/stderr" : cli.Debug);
        AddValue(arguments, "--ldcache", cli.Ldcache);
        AddValue(arguments, "--user", cli.User);
    }

    private static void AddConfigure(List<string> arguments, ToolkitConfig config)
    {
        AddValue(arguments, "--cuda-compat-mode", CompatMode(config));
        // On Debian and Ubuntu ldconfig is a script, and the program itself is called ldconfig.real (LG-68).
        AddValue(arguments, "--ldconfig", LdconfigPath.Normalize(config.ContainerCli.Ldconfig));
        AddSwitch(arguments, "--no-cgroups", config.ContainerCli.NoCgroups);
    }

    private static void AddRequest(List<string> arguments, HookRequest request)
    {
        AddValue(arguments, "--device", string.Join(',', request.Devices));
        AddValue(arguments, "--mig-config", request.MigConfig);
        AddValue(arguments, "--mig-monitor", request.MigMonitor);
        AddValue(arguments, "--imex-channel", string.Join(',', request.ImexChannels));
        // In alphabetical order (LG-45).
        foreach (string capability in request.Capabilities)
            arguments.Add("--" + capability);
        // Also an empty one (LG-47).
        foreach (string requirement in request.Requirements)
            arguments.Add("--require=" + requirement);
    }

    // The runtime's own hook and the container CLI must not both do it (LG-67).
    private static string CompatMode(ToolkitConfig config) => config.Runtime.Modes.LegacyCudaCompatMode switch
    {
        "ldconfig" => "ldconfig",
        "mount" => "mount",
        "disabled" or "hook" => "disabled",
        _ => config.Features.AllowCudaCompatLibsFromContainer == true ? "" : "disabled",
    };

    private static void AddValue(List<string> arguments, string name, string value)
    {
        if (value.Length > 0)
            arguments.Add($"{name}={value}");
    }

    private static void AddSwitch(List<string> arguments, string name, bool on)
    {
        if (on)
            arguments.Add(name);
    }
}
