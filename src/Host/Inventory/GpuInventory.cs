using GpuContainers.Host.Driver;
using GpuContainers.Host.Gpus;

namespace GpuContainers.Host.Inventory;

/// <summary>
/// The GPUs of this host. Full GPUs come from procfs, without opening a device; what only the driver's library knows (MIG devices, a UUID that procfs does
/// not show, addressing) from the child, asked at most once.
/// </summary>
public sealed class GpuInventory
{
    private readonly NvidiaProc _proc;
    private readonly Func<string?> _findLibrary;
    private readonly InventoryChild _child;
    private readonly WholeGpus? _whole;
    private InventoryReport? _report;
    private List<Gpu>? _reported;
    private (bool Known, string? Path) _library;
    private bool _isAsked;

    /// <summary>Prepares the inventory; nothing is asked yet.</summary>
    /// <param name="root">The driver root, whose NVML library counts.</param>
    /// <param name="libraries">Where its libraries are.</param>
    /// <param name="proc">The kernel module's own words.</param>
    /// <param name="child">The child for the other questions.</param>
    /// <param name="whole">Which GPUs are known not to be in MIG mode; null: those without an instance count as whole.</param>
    public GpuInventory(DriverRoot root, LibraryFolders libraries, NvidiaProc proc, InventoryChild child, WholeGpus? whole = null)
    {
        _proc = proc;
        _child = child;
        _whole = whole;
        var loader = new LoaderLibraries(root.Path == "/" ? root : new DriverRoot(root.Files));
        _findLibrary = () => libraries.Locate("libnvidia-ml.so.1") is [string first, ..] ? first : loader.Find("libnvidia-ml.so.1");
    }

    /// <summary>Prepares an inventory by one certain NVML library; nothing is asked yet.</summary>
    /// <param name="library">The library, links followed.</param>
    /// <param name="proc">The kernel module's own words.</param>
    /// <param name="child">The child for the other questions.</param>
    public GpuInventory(string library, NvidiaProc proc, InventoryChild child)
    {
        _proc = proc;
        _child = child;
        _findLibrary = () => library;
    }

    /// <summary>The kernel module's own words.</summary>
    public NvidiaProc Proc => _proc;

    /// <summary>The NVML library: below the driver root, else where the system's loader finds it; null when there is none.</summary>
    public string? Library
    {
        get
        {
            if (!_library.Known)
                _library = (true, _findLibrary());
            return _library.Path;
        }
    }

    /// <summary>The version of the loaded driver, or null when none is loaded, has no library, or module and library do not fit.</summary>
    public string? LoadedVersion => Library is not null && MismatchedVersion is null ? _proc.Version : null;

    // The version that the library's name tells, when it is not that of the module.
    private string? MismatchedVersion
    {
        get
        {
            const string Prefix = "libnvidia-ml.so.";
            string name = LexicalPath.Base(Library ?? "");
            bool tells = name.StartsWith(Prefix, StringComparison.Ordinal) && name.AsSpan(Prefix.Length).Contains('.');
            return tells && _proc.Version is { } loaded && loaded != name[Prefix.Length..] ? name[Prefix.Length..] : null;
        }
    }

    /// <summary>Makes sure that there is a driver to work with.</summary>
    /// <exception cref="HostException">There is no library, no module, or they are of different versions; the text is that of the failing NVML
    /// start.</exception>
    public void Require()
    {
        if (Problem is { } problem)
            throw Unavailable(problem.Text, problem.Cure);
    }

    /// <summary>Why there is no driver to work with, in the words of a failing NVML start, and what to do about it; null when there is one.</summary>
    /// <exception cref="HostException">The child failed.</exception>
    public DriverProblem? Problem
    {
        get
        {
            if (Library is null)
            {
                return new DriverProblem("ERROR_LIBRARY_NOT_FOUND",
                    "no libnvidia-ml.so.1 was found; install the NVIDIA driver, or name its root (--driver-root, nvidia-container-cli.root)");
            }
            if (MismatchedVersion is { } version)
            {
                return new DriverProblem("Driver/library version mismatch",
                    $"the loaded kernel module is {_proc.Version}, but the libraries are {version} ({Library}); load the new module (stop what " +
                        "uses the GPUs, then: modprobe -r nvidia; modprobe nvidia) or reboot");
            }
            // Without a module there are drivers that procfs does not show (nvgpu, WSL, sandboxes): their library decides.
            return !IsToldByProc && Report.InitError is { } error ? new DriverProblem(error.Text, Cure(error)) : null;
        }
    }

    /// <summary>Whether the kernel module tells its GPUs, so that no library need be asked for full ones.</summary>
    public bool IsToldByProc => _proc.Version is not null && _proc.ListsGpus;

    /// <summary>The GPUs in the order of their index, told as far as procfs can, one after the other.</summary>
    /// <exception cref="HostException">As <see cref="Require"/>, or the child failed.</exception>
    public IEnumerable<Gpu> Gpus => IsToldByProc && !_isAsked ? _proc.Gpus().Select(WithMode) : ReportedGpus;

    /// <summary>
    /// Lets the driver's library have the say from now on: it makes nodes that are missing, and counts only the GPUs that it can open.
    /// </summary>
    /// <exception cref="HostException">The library could not be asked.</exception>
    public void AskLibrary()
    {
        _isAsked = true;
        _ = ReportedGpus;
    }

    /// <summary>The GPUs with all that the driver's library knows.</summary>
    /// <exception cref="HostException">The library could not be asked.</exception>
    public IReadOnlyList<Gpu> ReportedGpus => _reported ??= FromReport();

    /// <summary>The library's answers; asked at the first use.</summary>
    /// <exception cref="HostException">The child failed.</exception>
    public InventoryReport Report => _report ??= _child.Ask(InventoryQuestions.Nvml, Library ?? "");

    // procfs does not show the mode of a GPU that could be cut and is not (RT-275).
    private Gpu WithMode(Gpu gpu)
    {
        if (!gpu.HasNoInstance || _whole is null || _whole.Contains(gpu.BusId ?? ""))
            return gpu;
        bool isCut = ReportedGpus.FirstOrDefault(reported => reported.BusId == gpu.BusId)?.IsMigEnabled == true;
        if (!isCut)
            _whole.Keep(from told in Report.Gpus where told.MigError is null && !told.IsMigEnabled && told.BusId is not null select told.BusId!);
        return gpu with { IsMigEnabled = isCut };
    }

    private List<Gpu> FromReport()
    {
        InventoryReport report = Report;
        if (report.InitError is { } error)
            throw Unavailable(error.Text, Cure(error));
        if (report.GpusError is { } incomplete)
            throw new HostException(HostFailure.DriverUnavailable, $"error getting device handle for index '{report.Gpus.Count}': {incomplete.Text}");
        var gpus = new List<Gpu>(report.Gpus.Count);
        foreach (InventoryGpu gpu in report.Gpus)
        {
            var migs = new List<MigDevice>(gpu.MigDevices.Count);
            foreach (InventoryMig mig in gpu.MigDevices)
                migs.Add(new MigDevice(mig.Index, mig.Uuid ?? "", mig.GpuInstance, mig.ComputeInstance, mig.HasGraphics));
            gpus.Add(new Gpu(gpu.Index, gpu.Name, gpu.Uuid, gpu.Minor, gpu.BusId, gpu.IsMigEnabled, gpu.CoherentError is null ? gpu.IsCoherent : null, migs)
            {
                HasNoInstance = gpu.IsMigEnabled && migs.Count == 0 && gpu.MigDevicesError is null,
            });
        }
        return gpus;
    }

    private static string Cure(DriverError error) => error.Code switch
    {
        9 => "no NVIDIA kernel module is loaded; load it (modprobe nvidia) and check the kernel log",
        12 => "install the NVIDIA driver, or name its root (--driver-root, nvidia-container-cli.root)",
        18 => "kernel module and libraries are of different versions; reload the module or reboot",
        _ => "check that nvidia-smi works on this host",
    };

    // NVIDIA's words first, then the cure.
    private static HostException Unavailable(string text, string cure) =>
        new(HostFailure.DriverUnavailable, $"failed to initialize NVML: {text}: {cure}");
}

/// <summary>Why there is no driver to work with.</summary>
/// <param name="Text">In the words of a failing NVML start.</param>
/// <param name="Cure">What to do about it.</param>
public sealed record DriverProblem(string Text, string Cure);
