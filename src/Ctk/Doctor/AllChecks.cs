using GpuContainers.Ctk.Doctor.Checks;

namespace GpuContainers.Ctk.Doctor;

/// <summary>Every check, one file for each part of a subject.</summary>
internal static class AllChecks
{
    /// <summary>In the order in which they run: causes before what follows from them.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        .. ModuleChecks.List,
        .. LibraryChecks.List,
        .. NodeChecks.List,
        .. MigChecks.List,
        .. PlatformChecks.List,
        .. CdiChecks.List,
        .. ToolkitChecks.List,
        .. PackageChecks.List,
        .. EngineChecks.List,
        .. EngineSetupChecks.List,
        .. ContainerChecks.List,
        .. SystemChecks.List,
        .. RootlessChecks.List,
    ];
}
