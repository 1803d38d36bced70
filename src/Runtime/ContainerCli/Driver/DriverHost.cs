using GpuContainers.Host;
using GpuContainers.Host.Driver;
using GpuContainers.Host.Gpus;
using GpuContainers.Host.Inventory;
using GpuContainers.Host.Wsl;
using GpuContainers.Runtime.ContainerCli.CommandLine;
using GpuContainers.Runtime.ContainerCli.Modules;

namespace GpuContainers.Runtime.ContainerCli.Driver;

/// <summary>The machine and its driver. Facts come from procfs where that has them; only what is missing there is asked of the driver's own library.</summary>
internal sealed class DriverHost
{
    private const string Nvml = "libnvidia-ml.so.1";

    private readonly GpuInventory _inventory;
    private string? _version;

    private DriverHost(DriverRoot root, HostContext context, GpuInventory inventory, WslDriver? wsl)
    {
        Root = root;
        Wsl = wsl;
        Context = context;
        _inventory = inventory;
    }

    /// <summary>Where the driver is installed.</summary>
    internal DriverRoot Root { get; }

    /// <summary>The machine.</summary>
    internal HostContext Context { get; }

    /// <summary>The driver of Windows; null on every other system.</summary>
    internal WslDriver? Wsl { get; }

    /// <summary>The driver's version (CL-21).</summary>
    internal string Version => _version ??= _inventory.Proc.Version ?? Report.DriverVersion ?? throw new CliException(
        CliError.Detection, "the driver does not tell its version", "check that nvidia-smi works on this host");

    /// <summary>The GPUs, as far as procfs knows them; their minors are known.</summary>
    internal IReadOnlyList<Gpu> Gpus => field ??= AllKnown([.. Asked(() => _inventory.Gpus)]);

    /// <summary>The GPUs with their MIG devices, by the driver's library.</summary>
    internal IReadOnlyList<Gpu> ReportedGpus => Asked(() => _inventory.ReportedGpus);

    /// <summary>What the driver's library says.</summary>
    internal InventoryReport Report => Asked(() => _inventory.Report);

    /// <summary>Finds the driver below its root and makes sure that it is loaded (CL-16 to CL-20).</summary>
    /// <param name="options">Where the driver is.</param>
    /// <param name="context">The machine.</param>
    /// <param name="channels">The IMEX channels of the request, whose nodes may have to be made.</param>
    /// <param name="log">The debug log.</param>
    /// <exception cref="CliException">There is no root, library or module, or they do not fit together.</exception>
    internal static DriverHost Open(GlobalOptions options, HostContext context, IReadOnlyList<int> channels, DebugLog log)
    {
        // An empty path would be the current folder (CL-9).
        if (options.Root.Length == 0 || options.Ldcache.Length == 0)
            throw new CliException(CliError.Initialization, Errno.EINVAL.Describe(), "--root and --ldcache must not be empty");
        if (!HostFile.TryStatus(options.Root, followLinks: true, out _, out Errno error))
        {
            throw new CliException(
                CliError.Initialization, $"change root failed: {error.Describe()}", $"--root={options.Root} must be the root of the driver installation");
        }
        context = KernelModuleSetup.Run(options, context, context.Proc, channels, log);
        var root = new DriverRoot(context.Files, options.Root);
        InventoryChild child = context.Child.Under(() => DriverAccounts.Choose(options, root));
        WslDriver? wsl = Asked(() => WslDriver.Find(root, context, child));
        string library = wsl?.Library ?? new LoaderLibraries(root).Find(Nvml) ?? throw NoLibrary(root);
        var inventory = new GpuInventory(root.Resolve(library) ?? library, context.Proc, child);
        var host = new DriverHost(root, context, inventory, wsl);
        if (Asked(() => inventory.Problem) is { } problem)
            throw new CliException(CliError.Initialization, $"nvml error: {problem.Text.ToLowerInvariant()}", problem.Cure);
        return host;
    }

    /// <summary>The path with all links followed inside the root, and without it; null when something is missing (CL-82).</summary>
    internal string? Resolve(string path)
    {
        string? real = Context.Files.Resolve(Root.Join(path), Root.Path);
        return real is null || Root.Path == "/" ? real : real.StartsWith(Root.Path + "/", StringComparison.Ordinal) ? real[Root.Path.Length..] : null;
    }

    /// <summary>The host path of something below the root.</summary>
    internal string PathOf(string path) => Root.Join(path);

    // Until the driver has looked at a GPU, procfs knows it only half.
    private IReadOnlyList<Gpu> AllKnown(List<Gpu> gpus) =>
        Wsl is not null || gpus.TrueForAll(gpu => gpu is { Minor: not null, BusId: not null, Uuid: not null }) ? gpus : ReportedGpus;

    private static CliException NoLibrary(DriverRoot root)
    {
        // NVIDIA's toolkit would hand over to another library here, which reads the lists of files that our CSV mode reads (CL-150).
        bool isTegra = root.Files.IsFile(root.Join("/etc/nv_tegra_release"));
        string cure = isTegra
            ? "this is a Tegra system without the library; use the NVIDIA runtime in csv or cdi mode (nvidia-container-runtime.mode)"
            : $"install the NVIDIA driver below {root.Path}, or name its root (--root, nvidia-container-cli.root)";
        return new CliException(CliError.Initialization, $"load library failed: {Nvml}: cannot open shared object file: {Errno.ENOENT.Describe()}", cure);
    }

    // Whatever the driver's library does in its process becomes one error here (CL-20).
    private static T Asked<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (HostException failure) when (failure.Reason == HostFailure.Inventory)
        {
            throw new CliException(CliError.Initialization, $"driver rpc error: {failure.Message}", inner: failure);
        }
        catch (HostException failure)
        {
            throw new CliException(CliError.Detection, failure.Message, inner: failure);
        }
    }
}

/// <summary>The driver of Windows: GPUs without nodes of their own, behind one node for all (CL-147 to CL-149).</summary>
/// <param name="Files">What the driver store of the first GPU has of the files that a container needs.</param>
/// <param name="Library">The NVML library of that store.</param>
internal sealed record WslDriver(IReadOnlyList<string> Files, string Library)
{
    /// <summary>The node of all GPUs.</summary>
    internal const string Node = "/dev/dxg";

    /// <summary>Finds it; null on every other system (CL-17).</summary>
    /// <exception cref="CliException">It is a WSL without a usable GPU.</exception>
    internal static WslDriver? Find(DriverRoot root, HostContext context, InventoryChild child)
    {
        if (new DxCoreLibrary(context, []).Find(root) is not { } library)
            return null;
        InventoryReport report = child.Ask(InventoryQuestions.DriverStores, library);
        // A library of that name that cannot be used is no sign of WSL.
        if (report.DriverStoresError is not null)
            return null;
        foreach (string store in report.DriverStores)
        {
            IReadOnlyList<string> files = DriverStore.FilesIn(context.Files, root.Join(store));
            if (files.Count > 0)
                return new WslDriver([.. Relative(root, files)], root.Join(store + "/libnvidia-ml.so.1"));
        }
        throw new CliException(
            CliError.Initialization, "WSL environment detected but no adapters were found",
            "update WSL (wsl --update) and the NVIDIA driver of Windows");
    }

    private static IEnumerable<string> Relative(DriverRoot root, IReadOnlyList<string> files)
    {
        foreach (string file in files)
            yield return root.Relative(file);
    }
}
