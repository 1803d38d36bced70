namespace GpuContainers.Runtime.ContainerCli;

/// <summary>The kinds of failure that callers of the program tell apart by their words.</summary>
internal enum CliError
{
    Permission,
    Input,
    ImexInfo,
    Initialization,
    Container,
    Detection,
    Device,
    MigConfig,
    MigMonitor,
    Requirement,
    Mount,
    Ldcache,
}
