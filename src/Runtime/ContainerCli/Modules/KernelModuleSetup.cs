using GpuContainers.Host;
using GpuContainers.Host.Devices;
using GpuContainers.Host.Driver;
using GpuContainers.Host.Gpus;
using GpuContainers.Runtime.ContainerCli.CommandLine;

namespace GpuContainers.Runtime.ContainerCli.Modules;

/// <summary>
/// --load-kmods: the driver's kernel modules are loaded and its device nodes made before the driver is asked anything. Every container asks for it, and most
/// find everything in place: this process only looks, and starts a child when there is something to do.
/// </summary>
internal static class KernelModuleSetup
{
    private const string Program = "nvidia-container-cli";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>Does what is to be done; no failure in it is fatal (CL-138).</summary>
    /// <param name="options">The root of the driver, and whether anything is asked for at all.</param>
    /// <param name="context">The machine.</param>
    /// <param name="proc">The kernel module's own words, so far as they were read.</param>
    /// <param name="channels">The IMEX channels of the request.</param>
    /// <param name="log">The debug log.</param>
    /// <returns>The machine as it is now: another object when modules were loaded or nodes made.</returns>
    internal static HostContext Run(GlobalOptions options, HostContext context, NvidiaProc proc, IReadOnlyList<int> channels, DebugLog log)
    {
        if (options.NoCreateImexChannels)
            channels = [];
        if (!options.LoadKernelModules || !HasWork(options.Root, context, proc, channels))
            return context;
        if (Obstacle() is { } obstacle)
        {
            log.Warning($"kernel modules are not loaded, and no device nodes are made: {obstacle}");
            return context;
        }
        Start(options.Root, channels, log);
        return context.Afresh();
    }

    // A module to be loaded, or a node or link to be made.
    private static bool HasWork(string root, HostContext context, NvidiaProc proc, IReadOnlyList<int> channels)
    {
        var host = new DeviceHost(context.SystemRoot == "/" ? "" : context.SystemRoot);
        var nodes = new DriverNodes(host, context.Files, proc, root);
        foreach (string module in DriverModule.Names)
        {
            if (!nodes.IsLoaded(module))
            {
                if (KernelModuleProgram.HasUseFor(module, host, new DriverRoot(context.Files, root)))
                    return true;
                continue;
            }
            foreach (DriverNode node in nodes.Of(module, channels))
            {
                if (!node.IsRight)
                    return true;
            }
        }
        return false;
    }

    // In a user namespace the rights are missing, and the owners of nodes mean other accounts (CL-137).
    private static string? Obstacle() =>
        ProcessCredentials.EffectiveUser != 0 ? "only root can" : UserNamespace.IsInitial ? null : "this is a user namespace";

    private static void Start(string root, IReadOnlyList<int> channels, DebugLog log)
    {
        var numbers = new StringBuilder();
        foreach (int channel in channels)
            numbers.Append(numbers.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{channel}");
        try
        {
            ChildResult result = ChildProcess.Run(
                "/proc/self/exe", [Program, KernelModuleProgram.Command, root, numbers.ToString()], ["PATH=/sbin"], s_limit);
            foreach (string line in Encoding.UTF8.GetString(result.Errors).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                log.Info(line);
            if (result.ExitStatus != 0)
                log.Error($"loading kernel modules ended with status {result.ExitStatus}, signal {result.Signal}");
        }
        catch (LinuxException failure)
        {
            log.Error($"loading kernel modules was not possible: {failure.Message}");
        }
    }
}
