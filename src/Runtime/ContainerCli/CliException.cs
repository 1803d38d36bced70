namespace GpuContainers.Runtime.ContainerCli;

/// <summary>
/// The program cannot do its work. The message begins with the words of the kind, as NVIDIA's toolkit prints them, and ends with the hint (CL-13).
/// </summary>
internal sealed class CliException : ToolkitException
{
    internal CliException(CliError kind, string detail, string hint = "", Exception? inner = null)
        : base($"{WordsOf(kind)}: {detail}", hint, inner)
    {
    }

    /// <summary>A failed system call, in the form "what failed: path: why".</summary>
    internal static CliException From(CliError kind, string what, string path, Errno error, string hint = "") =>
        new(kind, $"{what}: {path}: {error.Describe()}", hint);

    private static string WordsOf(CliError kind) => kind switch
    {
        CliError.Permission => "permission error",
        CliError.Input => "input error",
        CliError.ImexInfo => "error parsing IMEX info",
        CliError.Initialization => "initialization error",
        CliError.Container => "container error",
        CliError.Detection => "detection error",
        CliError.Device => "device error",
        CliError.MigConfig => "mig-config error",
        CliError.MigMonitor => "mig-monitor error",
        CliError.Requirement => "requirement error",
        CliError.Mount => "mount error",
        _ => "ldcache error",
    };
}

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
