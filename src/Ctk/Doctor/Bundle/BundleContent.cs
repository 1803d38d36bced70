using GpuContainers.Ctk.Doctor.Checks;
using GpuContainers.Generation;
using GpuContainers.Generation.Explanations;
using GpuContainers.Host.Driver;
using GpuContainers.Host.Tegra;

namespace GpuContainers.Ctk.Doctor.Bundle;

/// <summary>Everything of a machine that decides what its containers get (DR-11).</summary>
internal static class BundleContent
{
    private static readonly string[] s_nodes = ["nvidia", "nvhost", "nvmap", "nvgpu", "nvsciipc", "dxg", "gdrdrv"];
    private static readonly string[] s_nodeFolders = ["nvidia-caps", "nvidia-caps-imex-channels", "dri", "dri/by-path", "infiniband", "nvgpu"];
    private static readonly string[] s_functionFiles = ["vendor", "device", "class", "numa_node"];

    // What the search reads. Control groups and namespaces stay those of the machine on which a bundle is looked at: findings tell of them.
    private static readonly string[] s_kernelTexts =
        ["/proc/devices", "/proc/sys/kernel/osrelease", "/sys/module/firmware_class/parameters/path", "/sys/devices/soc0/family"];

    private static readonly GenerationMode[] s_modes =
    [
        GenerationMode.Auto, GenerationMode.Management, GenerationMode.Imex, GenerationMode.Gds, GenerationMode.Mofed, GenerationMode.Gdrcopy,
        GenerationMode.Nvswitch,
    ];

    /// <summary>Takes it down.</summary>
    public static void Collect(HostSnapshot snapshot)
    {
        Kernel(snapshot);
        PciFunctions(snapshot);
        foreach (string root in Roots(snapshot.Machine))
        {
            Nodes(snapshot, root);
            Libraries(snapshot, root);
            FilesOfGeneration(snapshot, root);
        }
        Configuration(snapshot);
        Specifications(snapshot);
    }

    /// <summary>Where a driver is, or is said to be: the machine's own root, that of the configuration, and the usual ones of driver containers.</summary>
    public static IReadOnlyList<string> Roots(Machine machine) =>
        [.. LibraryChecks.OtherRoots.Where(root => LibraryChecks.HasLibraries(machine, root)).Prepend(ConfiguredRoot(machine))
            .Prepend("/").Distinct()];

    /// <summary>The driver root of the configuration.</summary>
    public static string ConfiguredRoot(Machine machine) =>
        machine.Toolkit.Config.ContainerCli.Root is ['/', ..] root ? LexicalPath.Clean(root) : "/";

    private static void Kernel(HostSnapshot snapshot)
    {
        snapshot.AddTexts("/proc/driver/nvidia");
        snapshot.AddTexts("/proc/driver/nvidia-caps");
        foreach (string path in s_kernelTexts)
            snapshot.AddKernelText(path);
        // The release decides the platform, whatever is in it.
        snapshot.AddText("/etc/nv_tegra_release");
    }

    private static void PciFunctions(HostSnapshot snapshot)
    {
        foreach (PciFunction function in snapshot.Machine.Driver.Functions)
        {
            string folder = PciFunction.Folder + "/" + function.Address;
            foreach (string file in s_functionFiles)
                snapshot.AddKernelText($"{folder}/{file}");
            if (function.Driver.Length > 0)
                snapshot.AddLink(folder + "/driver");
            foreach (string node in snapshot.Machine.Names(folder + "/drm"))
                snapshot.AddFolder($"{folder}/drm/{node}");
        }
    }

    private static void Nodes(HostSnapshot snapshot, string root)
    {
        string devices = LexicalPath.Join(root, "/dev");
        snapshot.AddNames(devices, static name => Array.Exists(s_nodes, known => name.StartsWith(known, StringComparison.Ordinal)), root);
        foreach (string folder in s_nodeFolders)
            snapshot.AddNames(LexicalPath.Join(devices, folder), static _ => true, root);
    }

    // Every library that any search of the toolkit could be about, where it looks for them, and where the loader's cache has them.
    private static void Libraries(HostSnapshot snapshot, string root)
    {
        Machine machine = snapshot.Machine;
        var driver = new DriverRoot(machine.Context.Files, machine.At(root));
        IReadOnlyList<string> cached = [.. BundleCache.Read(machine, root).Select(entry => LexicalPath.Join(root, entry.Path))];
        foreach (string path in cached)
            snapshot.Add(path, root);
        IEnumerable<string> folders = new LibraryFolders(driver, []).Searched.Select(machine.Shown);
        foreach (string folder in folders.Concat(cached.Select(LexicalPath.Parent)).Concat(Stores(machine)).Distinct().ToArray())
            snapshot.AddNames(folder, BundleCache.IsDrivers, root);
        // The links by which these folders are reached, such as /lib64.
        foreach (string folder in (string[])["/lib", "/lib64", "/usr/lib64"])
            snapshot.Add(LexicalPath.Join(root, folder), root);
    }

    // The driver stores of Windows and of NixOS, whose names are known to nobody but the machine.
    private static IEnumerable<string> Stores(Machine machine) =>
    [
        .. machine.Names("/usr/lib/wsl/drivers").Select(static store => "/usr/lib/wsl/drivers/" + store), "/usr/lib/wsl/lib",
        .. machine.Names("/nix/store").Where(static store => store.Contains("nvidia-x11", StringComparison.Ordinal))
            .Select(static store => $"/nix/store/{store}/lib"),
    ];

    // What a generation finds is what decides: it is asked in every mode, whatever comes of it.
    private static void FilesOfGeneration(HostSnapshot snapshot, string root)
    {
        Machine machine = snapshot.Machine;
        foreach (GenerationMode mode in s_modes)
        {
            var explanation = new Explanation();
            var edits = new List<ContainerEdits>();
            try
            {
                CdiSpec spec = SpecGenerator.Generate(Options(machine, root) with { Mode = mode }, ["all"], machine.Context, explanation);
                edits.AddRange([spec.ContainerEdits, .. spec.Devices.Select(static device => device.ContainerEdits)]);
            }
            catch (GenerationException)
            {
                // Why there is nothing, the bundle's own generation and the findings say.
            }
            IEnumerable<string> found = explanation.Sections.SelectMany(static section => section.Items).SelectMany(static item => item.Found);
            string[] paths = [.. found.Concat(edits.SelectMany(static edit => edit.Mounts).Select(static mount => mount.HostPath)).Select(machine.Shown)];
            foreach (string path in paths)
                snapshot.Add(path, root);
            // The links to a library lie beside it.
            foreach (string folder in paths.Where(static path => path.Contains(".so", StringComparison.Ordinal)).Select(LexicalPath.Parent).Distinct())
                snapshot.AddNames(folder, BundleCache.IsDrivers, root);
        }
        foreach (CsvEntry entry in CsvFiles.Read([.. CsvFiles.Default.Select(machine.At).Where(HostFile.IsFile)]))
        {
            foreach (string path in machine.Context.Files.Glob(machine.At(root), entry.Path))
                snapshot.Add(machine.Shown(path), root);
        }
    }

    /// <summary>How <c>cdi generate</c> is asked about a driver root.</summary>
    public static GenerationOptions Options(Machine machine, string root)
    {
        bool hasNodes = root != "/" && machine.Has(LexicalPath.Join(root, "/dev/nvidiactl"));
        string dev = machine.At(hasNodes ? root : "/");
        return new GenerationOptions
        {
            DriverRoot = machine.At(root) == "/" ? "" : machine.At(root),
            DevRoot = dev == "/" ? "" : dev,
            CsvFiles = [.. CsvFiles.Default.Select(machine.At)],
            NameStrategies = [DeviceNameStrategy.Index, DeviceNameStrategy.Uuid],
        };
    }

    private static void Configuration(HostSnapshot snapshot)
    {
        Machine machine = snapshot.Machine;
        snapshot.AddText(machine.Toolkit.ConfigPath, ConfigFilter.Toml);
        foreach (string name in machine.Names(CsvFiles.DefaultFolder).Where(static name => name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)))
            snapshot.AddText(CsvFiles.DefaultFolder + "/" + name);
        // Those of users are below their homes, and theirs.
        foreach (EngineFacts engine in machine.Engines.Where(static engine => !engine.IsRootless))
        {
            foreach (string file in engine.ConfigFiles)
                snapshot.AddText(file, file.EndsWith(".json", StringComparison.Ordinal) ? ConfigFilter.Json : ConfigFilter.Toml);
        }
    }

    // Others' specifications may hold anything; of one that cannot be read as a specification, only the name is told.
    private static void Specifications(HostSnapshot snapshot)
    {
        foreach (CdiFile file in snapshot.Machine.Cdi.Files)
        {
            if (file.Spec?.Kind.Split('/')[0].EndsWith("nvidia.com", StringComparison.Ordinal) == true)
                snapshot.AddText(file.Path);
            else if (file.Spec is null)
                snapshot.Add(file.Path);
        }
    }
}
