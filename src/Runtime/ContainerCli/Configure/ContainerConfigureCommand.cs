using GpuContainers.Runtime.ContainerCli.Cgroups;
using GpuContainers.Runtime.ContainerCli.CommandLine;
using GpuContainers.Runtime.ContainerCli.Driver;
using GpuContainers.Runtime.ContainerCli.Requirements;
using GpuContainers.Runtime.ContainerCli.Selection;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>The command <c>configure</c>: gives a container that is being created the driver and its devices.</summary>
internal static class ContainerConfigureCommand
{
    /// <summary>Runs it.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="content">Its driver.</param>
    /// <param name="options">The request.</param>
    /// <param name="process">The container.</param>
    /// <param name="channels">The IMEX channels of the request.</param>
    /// <param name="log">The debug log.</param>
    /// <exception cref="CliException">A step failed; then nothing stays mounted, and no rule is left.</exception>
    internal static void Run(
        DriverHost host, DriverContent content, ConfigureOptions options, ContainerProcess process, IReadOnlyList<int> channels, DebugLog log)
    {
        CompatMode compat = CompatLibraries.ModeOf(options);
        LoaderCacheProgram program = LoaderCacheProgram.Parse(options.Ldconfig);
        DeviceRequest request = Select(host, options, channels);
        new RequirementExpression(host).Check(options.Requirements, request.Devices);
        MountPlan plan = MountPlan.Build(host, content, options, request);
        using PreparedSources sources = PreparedSources.Open(host, plan);
        var inputs = new ConfigurationInputs(
            plan, sources, DriverProcFiles.Read(host), compat, program, host.Version, WritableMounts.HostMemory(process.Rootfs));
        using var configuration = new ContainerConfiguration(process, inputs, log);
        CliRights.BoundForContainer(runsProgram: !program.IsOfHost);
        configuration.Apply();
        AddRules(configuration, process, plan, log);
    }

    /// <summary>The devices that the options ask for.</summary>
    internal static DeviceRequest Select(DriverHost host, ConfigureOptions options, IReadOnlyList<int> channels)
    {
        var devices = DeviceSelection.Select(host, options.Devices);
        return new DeviceRequest(
            devices,
            MigRights.Select(CliError.MigConfig, "config", options.MigConfig, devices, host),
            MigRights.Select(CliError.MigMonitor, "monitor", options.MigMonitor, devices, host),
            channels);
    }

    // The rules come last: a device that is let through without its node would be a way that nobody looks after.
    private static void AddRules(ContainerConfiguration configuration, ContainerProcess process, MountPlan plan, DebugLog log)
    {
        if (process.Cgroup is null)
            return;
        try
        {
            DeviceRules.Add(process.Cgroup, plan.Rules, log);
        }
        catch (CliException)
        {
            configuration.Undo();
            throw;
        }
    }
}
