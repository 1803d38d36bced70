namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    internal static readonly CliOption[] Lists =
    [
        CliOption.Text("mig-config", '\0', "ID", "Give the right to configure MIG on the selected devices (all)"),
        CliOption.Text("mig-monitor", '\0', "ID", "Give the right to monitor MIG on the selected devices (all)"),
        CliOption.Text("imex-channel", '\0', "CHANNEL", "Numbers of IMEX channels, separated by commas"),
    ];

    internal static readonly CliOption[] Omissions =
    [
        CliOption.Flag("no-persistenced", '\0', "Leave out the socket of nvidia-persistenced"),
        CliOption.Flag("no-fabricmanager", '\0', "Leave out the socket of nv-fabricmanager"),
        CliOption.Flag("no-gsp-firmware", '\0', "Leave out the firmware files"),
        CliOption.Flag("no-cntlibs", '\0', "Leave the container's own CUDA compatibility libraries alone"),
    ];

    /// <summary>Repeated lists are one list.</summary>
    internal static string Join(string? before, string value) => string.IsNullOrEmpty(before) ? value : $"{before},{value}";
}

/// <summary>What is left out when the driver's components are looked up.</summary>
internal sealed class DriverOmissions
{
    internal bool Persistenced { get; private set; }

    internal bool FabricManager { get; private set; }

    internal bool GspFirmware { get; private set; }

    /// <summary>Whether the image's CUDA compatibility libraries stay out.</summary>
    internal bool ContainerLibraries { get; private set; }

    /// <summary>Notes an option of <see cref="SharedOptions.Omissions"/>; false for any other.</summary>
    internal bool Take(string name)
    {
        Persistenced |= name == "no-persistenced";
        FabricManager |= name == "no-fabricmanager";
        GspFirmware |= name == "no-gsp-firmware";
        ContainerLibraries |= name == "no-cntlibs";
        return name is "no-persistenced" or "no-fabricmanager" or "no-gsp-firmware" or "no-cntlibs";
    }
}
