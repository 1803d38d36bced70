using GpuContainers.Host.Gpus;

namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>Device nodes of GPUs and control devices, and how systemd finds them.</summary>
internal static class NodeChecks
{
    private static readonly string[] s_makeNodes = ["nvidia-ctk", "system", "create-device-nodes", "--load-kernel-modules", "--control-devices"];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("gpu-nodes", Subject.Devices, "a GPU without its node cannot be given to a container", GpuNodes),
        Check.Of("control-nodes", Subject.Devices, "every program that uses a GPU opens these nodes first", machine =>
            Control(machine, "nvidia", ["nvidiactl"])),
        Check.Of("uvm-nodes", Subject.Devices, "CUDA does not start without unified memory (error 999 or \"no device\")",
            machine => Control(machine, "nvidia-uvm", ["nvidia-uvm", "nvidia-uvm-tools"])),
        Check.Of("modeset-node", Subject.Devices, "Vulkan and EGL need this node", Modeset),
        Check.Of("stale-nodes", Subject.Devices, "a node with the numbers of an earlier boot opens another device, or none", Stale),
        Check.Of("drm-nodes", Subject.Devices, "graphics and video in containers use the DRM nodes", Drm),
        Check.Of("dev-char-links", Subject.Devices,
            "systemd finds a container's devices by these links; without them a container loses its GPU at the next daemon-reload", CharacterLinks),
    ];

    private static Finding GpuNodes(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        if (driver.Gpus.Count == 0)
            return Finding.NotApplicable("no GPU is driven");
        Gpu[] without = [.. driver.Gpus.Where(gpu => gpu.Minor is { } minor && !machine.Has(driver.Node(Name(minor))))];
        if (without.Length == 0)
            return Finding.Ok($"{Text.Count(driver.Gpus.Count, "GPU")}, each with its node");
        return Finding.Error(
            $"{driver.Node(Name(without[0].Minor!.Value))} is missing: {without[0].Name} at {without[0].BusId}"
            + (without.Length > 1 ? $", and {without.Length - 1} more" : ""),
            new Cure([.. without.Select(static gpu => (string[])["nvidia-modprobe", "-c", gpu.Minor!.Value.ToString(CultureInfo.InvariantCulture)])], "",
                true));
    }

    private static Finding Control(Machine machine, string majorName, string[] names)
    {
        DriverFacts driver = machine.Driver;
        if (driver.Module is null)
            return Finding.NotApplicable("the kernel module is not loaded");
        string[] missing = [.. names.Select(driver.Node).Where(path => !machine.Has(path))];
        if (driver.Majors.Find(majorName) is null)
            return Finding.Error($"the kernel module {majorName.Replace('-', '_')} is not loaded ({machine.Shown("/proc/devices")} does not list {majorName})",
                Cure.Fix(s_makeNodes));
        return missing.Length == 0 ? Finding.Ok($"{string.Join(" and ", names)} {(names.Length == 1 ? "is" : "are")} there")
            : Finding.Error($"{string.Join(" and ", missing)} {(missing.Length == 1 ? "is" : "are")} missing", Cure.Fix(s_makeNodes));
    }

    private static Finding Modeset(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        if (driver.Module is null || !driver.HasGraphics)
            return Finding.NotApplicable("the driver's graphics half is not installed");
        return machine.Has(driver.Node("nvidia-modeset")) ? Finding.Ok("nvidia-modeset is there")
            : Finding.Warning($"{driver.Node("nvidia-modeset")} is missing", Cure.Fix(s_makeNodes));
    }

    private static Finding Stale(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        if (driver.Module is null)
            return Finding.NotApplicable("the kernel module is not loaded");
        foreach ((string name, string majorName, uint? minor) in Expected(driver))
        {
            string path = driver.Node(name);
            if (driver.Majors.Find(majorName) is not { } major || machine.Status(path) is not { } status)
                continue;
            bool isRight = status.Kind == FileKind.CharacterDevice && status.Major == major && (minor is null || status.Minor == minor);
            if (!isRight)
            {
                string seen = status.Kind == FileKind.CharacterDevice ? $"has the numbers {status.Major}:{status.Minor}" : "is not a device";
                Cure cure = minor is not null ? Cure.Fix([.. s_makeNodes, "--replace-stale-nodes"]) : Cure.Type("rm", path)
                    .Then("nvidia-modprobe", "-c", name[6..]);
                return Finding.Error($"{path} {seen}, the kernel module's are {major}:{minor ?? status.Minor}", cure);
            }
        }
        return Finding.Ok("the nodes have the numbers of the loaded module");
    }

    private static IEnumerable<(string Name, string Major, uint? Minor)> Expected(DriverFacts driver)
    {
        yield return ("nvidiactl", "nvidia", 255);
        yield return ("nvidia-modeset", "nvidia", 254);
        yield return ("nvidia-uvm", "nvidia-uvm", 0);
        yield return ("nvidia-uvm-tools", "nvidia-uvm", 1);
        foreach (Gpu gpu in driver.Gpus)
        {
            if (gpu.Minor is { } minor)
                yield return (Name(minor), "nvidia", null);
        }
    }

    private static Finding Drm(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        string[] nodes = [.. driver.Gpus.SelectMany(gpu => DrmNodes.Find(machine.Context.Files, machine.Root, gpu.BusId ?? ""))];
        if (driver.Module is null || nodes.Length == 0)
            return Finding.NotApplicable("no GPU has DRM nodes");
        string[] missing = [.. nodes.Select(node => driver.Node(node["/dev/".Length..])).Where(path => !machine.Has(path))];
        return missing.Length == 0 ? Finding.Ok($"{nodes.Length} DRM nodes are there")
            : Finding.Warning($"{Text.Some(missing)} {(missing.Length == 1 ? "is" : "are")} missing", Cure.Fix("udevadm", "trigger", "--subsystem-match=drm"));
    }

    private static Finding CharacterLinks(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        if (driver.Module is null || driver.Majors.Find("nvidia") is not { } major || !SystemdUnit.Runs(machine))
            return Finding.NotApplicable("there is no driver, or no systemd");
        if (machine.Has($"/dev/char/{major}:255"))
            return Finding.Ok("/dev/char has links to the driver's nodes");
        string version = EngineSearch.Version(machine, "runc");
        // From 1.1.7 on runc needs no links (CG-7).
        if (Version.TryParse(version, out Version? runc) && runc >= new Version(1, 1, 7))
            return Finding.Ok($"/dev/char has no links to the driver's nodes, and runc {version} needs none");
        return Finding.Warning($"/dev/char/{major}:255 is missing, and {(version.Length > 0 ? $"runc {version}" : "an old runc")} needs it",
            Cure.Fix("nvidia-ctk", "system", "create-dev-char-symlinks", "--create-all"));
    }

    private static string Name(int minor) => string.Create(CultureInfo.InvariantCulture, $"nvidia{minor}");
}
