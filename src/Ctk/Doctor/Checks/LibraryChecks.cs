using GpuContainers.Host.Driver;

namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>The driver's libraries: where they are, whether the loader knows them, what is left over, what graphics needs.</summary>
internal static class LibraryChecks
{
    // Where the GPU operator, NixOS, Talos, GKE and snaps put a driver that is not part of the system.
    internal static readonly string[] OtherRoots =
        ["/run/nvidia/driver", "/run/opengl-driver", "/usr/local/glibc", "/home/kubernetes/bin/nvidia", "/opt/nvidia", "/usr/local/nvidia"];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("libraries", Subject.Driver, "containers get the driver's libraries from here: without them CUDA is not there", Libraries),
        Check.Of("loader-cache", Subject.Driver, "programs of the host, NVML's users among them, find libraries by the loader's cache", Cache),
        Check.Of("old-libraries", Subject.Driver, "libraries of another version can be taken for the driver's and fail with \"version mismatch\"", Leftovers),
        Check.Of("graphics-files", Subject.Driver, "Vulkan and EGL find the driver by these files; without them they fall back to the processor", Graphics),
    ];

    private static Finding Libraries(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        string root = machine.Shown(driver.Root.Path == machine.Root ? "/" : driver.Root.Path);
        if (driver.LibraryVersions.Count > 0)
            return Finding.Ok($"libraries {string.Join(", ", driver.LibraryVersions)} below {root}");
        if (driver.Platform is PlatformKind.Wsl or PlatformKind.Tegra)
            return Finding.NotApplicable($"{driver.Platform} has its libraries elsewhere");
        if (driver.Module is not { } module)
            return Finding.NotApplicable("there is no driver");
        string? other = Array.Find(OtherRoots, folder => folder != root && HasLibraries(machine, folder));
        if (other is not null)
        {
            return Finding.Error($"there is no driver library below {root}, but there is one below {other}",
                Cure.Fix("nvidia-ctk", "config", "--in-place", "--set", "nvidia-container-cli.root=" + other));
        }
        return Finding.Error($"there is no driver library below {root} (libcuda.so.{module}, libnvidia-ml.so.{module})",
            Cure.Advise(
                $"install the libraries of driver {module}, or name their root: sudo nvidia-ctk config --in-place --set nvidia-container-cli.root=DIR"));
    }

    internal static bool HasLibraries(Machine machine, string folder)
    {
        var root = new DriverRoot(machine.Context.Files, machine.At(folder));
        return new LibraryFolders(root, []).Locate("libnvidia-ml.so.*.*").Count > 0
            || machine.Names(folder + "/lib64").Concat(machine.Names(folder + "/lib")).Any(static name =>
                name.StartsWith("libnvidia-ml.so.", StringComparison.Ordinal));
    }

    private static Finding Cache(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        string root = machine.Shown(driver.Root.Path);
        if (driver.LibraryVersions.Count == 0 || (driver.Root.Path != machine.Root && root != "/"))
            return Finding.NotApplicable("the driver's libraries are not in the host's own root");
        string[] names = [.. new[] { "libcuda.so.1", "libnvidia-ml.so.1" }.Where(name => driver.Folders.Locate(name).Count > 0)];
        string[] missing = [.. names.Where(name => LoaderCache.Find(driver.Root).PathOf(name) is null)];
        if (missing.Length == 0)
            return Finding.Ok("the loader's cache has the driver's libraries");
        return Finding.Warning($"{Text.Some(missing)} is not in /etc/ld.so.cache", Cure.Fix("ldconfig"));
    }

    private static Finding Leftovers(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        if (driver.LibraryVersions.Count == 0)
            return Finding.NotApplicable("there is no driver library");
        if (driver.LibraryVersions.Count == 1)
            return Finding.Ok($"libraries of one version only: {driver.LibraryVersions[0]}");
        string current = driver.Module is { } module && driver.LibraryVersions.Contains(module) ? module : driver.LibraryVersions[^1];
        string[] old = [.. driver.LibraryVersions.Where(version => version != current)];
        string[] files = [.. old.SelectMany(version => driver.Folders.Locate("lib*.so." + version)).Select(machine.Shown).Distinct()];
        return Finding.Warning(
            $"{Text.Count(files.Length, "library", "libraries")} of version {string.Join(", ", old)} beside {current}, such as {files[0]}",
            Cure.Type(["rm", .. files]));
    }

    private static Finding Graphics(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        if (!driver.HasGraphics)
            return Finding.NotApplicable("the driver's graphics half is not installed");
        var configuration = new ConfigFiles(driver.Root, [], machine.Root == "/" ? machine.Context.DataDirectories : null);
        string[][] wanted =
        [
            ["glvnd/egl_vendor.d/10_nvidia.json"],
            ["vulkan/icd.d/nvidia_icd.json", "vulkan/icd.d/nvidia_icd.x86_64.json", "vulkan/icd.d/nvidia_icd.aarch64.json", "vulkan/icd.d/nvidia_layers.json"],
        ];
        string[] missing = [.. wanted.Where(names => names.All(name => configuration.Locate(name) is null)).Select(static names => names[0])];
        if (missing.Length == 0)
            return Finding.Ok("the files by which EGL and Vulkan find the driver are there");
        string folders = string.Join(", ", configuration.Folders.Select(machine.Shown));
        return Finding.Warning($"the graphics libraries are installed, but {string.Join(" and ", missing)} is in none of {folders}",
            Cure.Advise($"install the driver's graphics package again; it brings {LexicalPath.Base(missing[0])}"));
    }
}
