using GpuContainers.Runtime.ContainerCli.CommandLine;

namespace GpuContainers.Runtime.ContainerCli.Driver;

/// <summary>All that a driver consists of, in the order in which it is printed and mounted; paths below the driver's root, without it.</summary>
internal sealed record DriverContent(
    IReadOnlyList<string> Libraries,
    IReadOnlyList<string> Libraries32,
    IReadOnlyList<string> Programs,
    IReadOnlyList<string> Firmware,
    IReadOnlyList<DriverSocket> Sockets,
    IReadOnlyList<ControlNode> ControlNodes)
{
    /// <summary>Looks everything up; whatever command it is for, the same failures end it (CL-45).</summary>
    /// <exception cref="CliException">The loader's cache or PATH is not there.</exception>
    internal static DriverContent Find(DriverHost host, GlobalOptions options, DriverOmissions omissions, CallerEnvironment environment, DebugLog log)
    {
        (IReadOnlyList<string> wide, IReadOnlyList<string> narrow) = new DriverLibraryLookup(host, log).Find(options.Ldcache);
        var files = new DriverFileLookup(host, log);
        return new DriverContent(
            wide, narrow, files.Programs(environment.Path), files.Firmware(omissions), files.Sockets(omissions, environment.MpsFolder), files.ControlNodes());
    }

    /// <summary>The nodes alone.</summary>
    internal static DriverContent FindNodes(DriverHost host, DebugLog log) => new([], [], [], [], [], new DriverFileLookup(host, log).ControlNodes());
}
