namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>The kernel module: loaded, of the libraries' version, driving every GPU.</summary>
internal static class ModuleChecks
{
    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("module-loaded", Subject.Driver, "without its kernel module no GPU can be used, in containers or outside", Loaded),
        Check.Of("module-version", Subject.Driver, "the driver's libraries refuse a kernel module of another version: every container with a GPU fails",
            Version),
        Check.Of("gpus-driven", Subject.Driver, "a GPU that another driver has, or none, is not there for containers", Driven),
        Check.Of("persistence", Subject.Driver,
            "a GPU that nobody keeps initialised takes seconds to start, each time a container or nvidia-smi opens it", Persistence),
    ];

    private static Finding Loaded(Machine machine)
    {
        if (machine.Driver.Module is { } version)
            return Finding.Ok($"the kernel module {version} is loaded");
        if (machine.Driver.Platform is PlatformKind.Wsl or PlatformKind.Tegra)
            return Finding.NotApplicable($"{machine.Driver.Platform} has no such module");
        int gpus = machine.Driver.Functions.Count(static function => function.IsGpu);
        if (gpus > 0 || machine.Driver.LibraryVersions.Count > 0)
        {
            string where = gpus > 0 ? $"{Text.Count(gpus, "GPU")} on the PCI bus" : "the driver's libraries are installed";
            return Finding.Error($"the kernel module is not loaded ({where})", Cure.Fix("modprobe", "nvidia"));
        }
        return Finding.Error("this machine has neither an NVIDIA GPU nor a driver", Cure.Advise("install the driver, or run this where the GPUs are"));
    }

    private static Finding Version(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        if (driver.Module is not { } module || driver.LibraryVersions.Count == 0)
            return Finding.NotApplicable("there is no module, or no library, to compare");
        if (driver.LibraryVersions.Contains(module))
            return Finding.Ok($"the kernel module and the libraries are both {module}");
        return Finding.Error(
            $"the kernel module is {module}, the libraries are {string.Join(" and ", driver.LibraryVersions)}: the driver was updated and the old module"
            + " is still loaded",
            Cure.Type("reboot"));
    }

    private static Finding Driven(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        PciFunction[] gpus = [.. driver.Functions.Where(static function => function.IsGpu)];
        if (driver.Module is null || gpus.Length == 0)
            return Finding.NotApplicable("there is no module, or no GPU on the PCI bus");
        IReadOnlyList<string> known = machine.Names("/proc/driver/nvidia/gpus");
        PciFunction[] others = [.. gpus.Where(gpu => !known.Contains(gpu.Address))];
        if (others.Length == 0)
            return Finding.Ok($"{Text.Count(gpus.Length, "GPU")} on the PCI bus, all driven by the kernel module");
        PciFunction first = others[0];
        string owner = first.Driver.Length == 0 ? "no driver" : first.Driver;
        string more = others.Length > 1 ? $", and {others.Length - 1} more" : "";
        // A GPU that was given to virtual machines is meant to be away.
        if (others.All(static gpu => gpu.Driver == "vfio-pci"))
            return Finding.Ok($"{Text.Count(others.Length, "GPU")} given to virtual machines (vfio-pci), the others are driven by the kernel module");
        return Finding.Warning($"GPU {first.Address}{more} is not driven by the NVIDIA module but by {owner}",
            Cure.Type("sh", "-c", $"echo {first.Address} >/sys/bus/pci/drivers_probe"));
    }

    private static Finding Persistence(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        if (driver.Module is null || driver.Gpus.Count == 0)
            return Finding.NotApplicable("no GPU is driven");
        if (driver.Gpus.All(static gpu => gpu.Uuid is not null))
            return Finding.Ok(machine.Has("/run/nvidia-persistenced/socket") ? "nvidia-persistenced keeps the GPUs initialised" : "the GPUs are initialised");
        bool hasUnit = SystemdUnit.Exists(machine, "nvidia-persistenced.service");
        return Finding.Warning("the kernel module does not show the GPUs' UUIDs: nobody keeps the GPUs initialised",
            hasUnit ? Cure.Fix("systemctl", "enable", "--now", "nvidia-persistenced") : Cure.Fix("nvidia-smi", "-pm", "1"));
    }
}
