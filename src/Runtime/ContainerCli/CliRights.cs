namespace GpuContainers.Runtime.ContainerCli;

/// <summary>
/// What the program keeps of its caller's rights (CL-144). One set holds for all phases, on the thread that works and those that it starts; the child that
/// asks the driver's library has none at all (CL-145).
/// </summary>
internal static class CliRights
{
    private const Capabilities Own =
        Capabilities.ChangeOwner | Capabilities.IgnorePermissions | Capabilities.ReadAnything | Capabilities.ActAsOwner | Capabilities.Kill
        | Capabilities.MakeNode | Capabilities.NetworkAdministration | Capabilities.SetGroup | Capabilities.SetCapabilities | Capabilities.SetUser
        | Capabilities.Administration | Capabilities.ChangeRoot | Capabilities.Trace;

    private const Capabilities OfPrograms = Capabilities.IgnorePermissions | Capabilities.LoadModules;

    // On its way to no right at all.
    private const Capabilities OfDriverChild = Capabilities.ChangeRoot | Capabilities.SetUser | Capabilities.SetGroup;

    // What a program of the container is confined with, before it is started.
    private const Capabilities OfConfinedProgram = Capabilities.Administration | Capabilities.SetUser | Capabilities.SetGroup | Capabilities.SetCapabilities;

    /// <summary>Gives up what no step needs.</summary>
    /// <exception cref="CliException">The kernel refused.</exception>
    internal static void Reduce() => Change(() => ThreadCapabilities.Keep(Own));

    /// <summary>Bounds what the children can get; to be called when modules are loaded.</summary>
    /// <exception cref="CliException">The kernel refused.</exception>
    internal static void BoundForDriver() => Change(() => ThreadCapabilities.Bound(OfPrograms | OfDriverChild));

    /// <summary>Bounds what programs can get once the driver has nothing more to be asked, and the container is entered.</summary>
    /// <param name="runsProgram">Whether a program of the container may have to be started.</param>
    /// <exception cref="CliException">The kernel refused.</exception>
    internal static void BoundForContainer(bool runsProgram) =>
        Change(() => ThreadCapabilities.Bound(runsProgram ? OfPrograms | OfConfinedProgram : OfPrograms));

    private static void Change(Action change)
    {
        try
        {
            change();
        }
        catch (LinuxException error)
        {
            throw new CliException(
                CliError.Permission, $"capability change failed: {error.Errno.Describe()}", "run it as root, with CAP_SETPCAP", error);
        }
    }
}
