using GpuContainers.Host.Driver;
using GpuContainers.Host.Gpus;

namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>The driver of a machine, as far as the kernel and the files tell; no library is loaded and no device opened.</summary>
internal sealed class DriverFacts
{
    private readonly Machine _machine;
    private readonly Lazy<IReadOnlyList<string>> _versions;
    private readonly Lazy<IReadOnlyList<PciFunction>> _functions;
    private readonly Lazy<IReadOnlyList<Gpu>> _gpus;
    private readonly Lazy<PlatformKind> _platform;

    /// <summary>Prepares the facts; nothing is read yet.</summary>
    public DriverFacts(Machine machine)
    {
        _machine = machine;
        Root = new DriverRoot(machine.Context.Files, machine.At(machine.Toolkit.Config.ContainerCli.Root is { Length: > 0 } root ? root : "/"));
        Folders = new LibraryFolders(Root, []);
        Proc = new NvidiaProc(machine.Context.Files, machine.Root);
        DxCore = new DxCoreLibrary(machine.Context, []);
        Majors = CharacterMajors.Read(machine.Root);
        _versions = new(FindVersions);
        _functions = new(() => PciFunction.List(machine));
        _gpus = new(() => [.. Proc.Gpus()]);
        _platform = new(() => Host.Platform.Resolve(Root, Proc, DxCore));
    }

    /// <summary>Where the driver's files are, by the configuration.</summary>
    public DriverRoot Root { get; }

    /// <summary>The libraries below it.</summary>
    public LibraryFolders Folders { get; }

    /// <summary>What the kernel module tells.</summary>
    public NvidiaProc Proc { get; }

    /// <summary>The library of WSL.</summary>
    public DxCoreLibrary DxCore { get; }

    /// <summary>The majors of its devices.</summary>
    public CharacterMajors Majors { get; }

    /// <summary>The version of the loaded kernel module; null when none is.</summary>
    public string? Module => Proc.Version;

    /// <summary>The GPUs that the module drives.</summary>
    public IReadOnlyList<Gpu> Gpus => _gpus.Value;

    /// <summary>The vendor's functions on the PCI bus.</summary>
    public IReadOnlyList<PciFunction> Functions => _functions.Value;

    /// <summary>The versions of which there are driver libraries, in the order of their text.</summary>
    public IReadOnlyList<string> LibraryVersions => _versions.Value;

    /// <summary>What sort of machine it is.</summary>
    public PlatformKind Platform => _platform.Value;

    /// <summary>Whether a GPU, a driver or the files of another platform say that this is a machine for GPU containers.</summary>
    public bool IsPresent => Module is not null || Functions.Any(static f => f.IsGpu) || LibraryVersions.Count > 0 || Platform != PlatformKind.Unknown;

    /// <summary>Whether the graphics half of the driver is installed.</summary>
    public bool HasGraphics => Folders.Locate("libEGL_nvidia.so.*").Count > 0 || Folders.Locate("libGLX_nvidia.so.*").Count > 0;

    /// <summary>The machine's path of a node: in the driver root where that has nodes of its own.</summary>
    public string Node(string name)
    {
        string root = _machine.Shown(Root.Path);
        bool hasOwn = root != "/" && root != _machine.Root && _machine.Has(LexicalPath.Join(root, "/dev/nvidiactl"));
        return LexicalPath.Join(hasOwn ? root : "/", "/dev/" + name);
    }

    private List<string> FindVersions()
    {
        var versions = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string prefix in (ReadOnlySpan<string>)["libcuda.so.", "libnvidia-ml.so."])
        {
            foreach (string path in Folders.Locate(prefix + "*.*"))
            {
                string name = LexicalPath.Base(path);
                // Tegra's libcuda.so.1.1 has no driver's version.
                if (name.StartsWith(prefix, StringComparison.Ordinal) && name.IndexOf('.', prefix.Length) >= prefix.Length + 3)
                    versions.Add(name[prefix.Length..]);
            }
        }
        return [.. versions];
    }
}

/// <summary>One of the vendor's functions on the PCI bus.</summary>
/// <param name="Address">Its address, such as 0000:18:00.0.</param>
/// <param name="Class">Its class code.</param>
/// <param name="Driver">The kernel driver that has it; empty for none.</param>
internal sealed record PciFunction(string Address, uint Class, string Driver)
{
    internal const string Folder = "/sys/bus/pci/devices";

    /// <summary>Whether it is a GPU: a VGA or 3D controller.</summary>
    public bool IsGpu => Class is 0x030000 or 0x030200;

    /// <summary>Whether it is an NVSwitch: a bridge of no other kind.</summary>
    public bool IsNvSwitch => Class == 0x068000;

    /// <summary>All of them but SR-IOV virtual functions, in the order of their addresses.</summary>
    public static IReadOnlyList<PciFunction> List(Machine machine)
    {
        var found = new List<PciFunction>();
        foreach (string address in machine.Names(Folder))
        {
            string folder = $"{Folder}/{address}";
            if (machine.Line(folder + "/vendor") != "0x10de" || machine.Has(folder + "/physfn"))
                continue;
            string text = machine.Line(folder + "/class");
            _ = uint.TryParse(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : "", NumberStyles.HexNumber, CultureInfo.InvariantCulture,
                out uint kind);
            string driver = HostFile.ReadLink(machine.At(folder + "/driver")) is { } link ? LexicalPath.Base(link) : "";
            found.Add(new PciFunction(address, kind, driver));
        }
        return found;
    }
}
