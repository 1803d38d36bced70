using GpuContainers.Host.Tegra;

namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>What only some machines have: NVSwitch, IMEX channels, WSL, Tegra.</summary>
internal static class PlatformChecks
{
    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("fabric-manager", Subject.Platform, "on machines with NVSwitch, CUDA waits for the fabric manager: error 802, \"system not yet initialized\"",
            FabricManager),
        Check.Of("imex-channels", Subject.Platform, "a container that shares GPU memory between machines needs a channel that exists", Imex),
        Check.Of("wsl", Subject.Platform, "what the platform is decides which files containers get", Wsl),
        Check.Of("tegra", Subject.Platform, "on Tegra the csv files say what containers get; without them they get almost nothing", Tegra),
    ];

    private static Finding FabricManager(Machine machine)
    {
        bool hasNodes = machine.Names("/dev").Any(static name => name.StartsWith("nvidia-nvswitch", StringComparison.Ordinal));
        if (!hasNodes && !machine.Driver.Functions.Any(static function => function.IsNvSwitch))
            return Finding.NotApplicable("there is no NVSwitch");
        if (machine.Has("/run/nvidia-fabricmanager/socket") || machine.Has("/var/run/nvidia-fabricmanager/socket"))
            return Finding.Ok("the fabric manager runs");
        return Finding.Error("this machine has NVSwitches, and no fabric manager runs", Cure.Fix("systemctl", "enable", "--now", "nvidia-fabricmanager"));
    }

    private static Finding Imex(Machine machine)
    {
        const string nodes = "/etc/nvidia-imex/nodes_config.cfg";
        bool isConfigured = (machine.Text(nodes) ?? "").Split('\n').Any(static line => line.Trim().Length > 0 && !line.TrimStart().StartsWith('#'));
        if (!isConfigured)
            return Finding.NotApplicable("IMEX is not configured");
        int channels = machine.Names("/dev/nvidia-caps-imex-channels").Count;
        return channels > 0 ? Finding.Ok($"{Text.Count(channels, "IMEX channel")} {(channels == 1 ? "is" : "are")} there")
            : Finding.Warning($"{nodes} names nodes, but no IMEX channel exists", Cure.Fix("nvidia-modprobe", "-i", "0:1"));
    }

    private static Finding Wsl(Machine machine)
    {
        bool hasDevice = machine.Has("/dev/dxg"), hasLibrary = machine.Driver.DxCore.Find(machine.Driver.Root) is not null;
        if (!hasDevice && !hasLibrary)
            return Finding.NotApplicable("this is not WSL");
        if (hasDevice && !hasLibrary)
            return Finding.Error("/dev/dxg is there, but libdxcore.so is not", Cure.Advise("update WSL on the Windows side: wsl.exe --update"));
        if (!hasDevice && machine.Driver.Module is not null)
            return Finding.Warning("libdxcore.so is installed on a machine that is not WSL: it is taken for WSL",
                Cure.Advise("remove the package that brings libdxcore.so, or set a mode: nvidia-ctk cdi generate --mode=nvml"));
        return Finding.Ok("WSL with /dev/dxg and libdxcore.so");
    }

    private static Finding Tegra(Machine machine)
    {
        if (machine.Driver.Platform != PlatformKind.Tegra)
            return Finding.NotApplicable("this is not a Tegra system");
        string folder = machine.Toolkit.Config.Runtime.Modes.CsvMountSpecPath;
        string[] missing = [.. CsvFiles.BaseNames.Where(name => !machine.Has($"{folder}/{name}"))];
        if (missing.Length == CsvFiles.BaseNames.Count && machine.Driver.LibraryVersions.Count == 0)
            return Finding.Error($"no csv file is in {folder}", Cure.Type("apt-get", "install", "--reinstall", "nvidia-l4t-init"));
        return Finding.Ok(missing.Length == CsvFiles.BaseNames.Count ? "Tegra with a driver whose library describes it" : $"Tegra with csv files in {folder}");
    }
}
