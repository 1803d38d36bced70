using GpuContainers.Generation.Modes;
using GpuContainers.Host.Driver;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Generation;

/// <summary>The parts of one generation, and which of them each discoverer gets; nobody else knows them all.</summary>
internal sealed class Wiring
{
    private readonly GenerationOptions _options;
    private readonly HostContext _host;
    private readonly LibraryFolders _folders;
    private readonly DriverLibraries _libraries;
    private readonly Programs _programs;
    private readonly SearchNotes _notes;

    internal Wiring(GenerationOptions options, HostContext host, Explanation? explanation = null)
    {
        _options = options;
        _host = host;
        Root = new DriverRoot(host.Files, options.DriverRoot, options.DevRoot);
        _folders = new LibraryFolders(Root, options.LibrarySearchPaths);
        Inventory = new GpuInventory(Root, _folders, host.Proc, host.Child, new WholeGpus(host.SystemRoot));
        _libraries = new DriverLibraries(Root, _folders, () => Inventory.LoadedVersion);
        _programs = new Programs(Root, host.ProgramPath);
        _notes = new SearchNotes(Root, explanation);
        Hooks = new HookCreator(options, explanation);
        NodeSearch = new NodeSearch(Root, _notes, !options.NoAdditionalGids);
        Nodes = new GpuNodes(host.Files, host.SystemRoot, NodeSearch, Hooks, _notes);
    }

    internal DriverRoot Root { get; }

    internal GpuInventory Inventory { get; }

    internal HookCreator Hooks { get; }

    internal NodeSearch NodeSearch { get; }

    internal GpuNodes Nodes { get; }

    internal GraphicsFiles Graphics =>
        new(Root, _libraries, _programs, new ConfigFiles(Root, _options.ConfigSearchPaths, _host.DataDirectories), Hooks, _notes);

    internal DriverFiles Driver => new(_host, Root, _libraries, _programs, _options.FeatureFlags, Hooks, _notes);

    internal CsvMounts CsvMounts => new(Root, _host.SystemRoot, _options.LibrarySearchPaths, NodeSearch, Hooks, _notes);

    /// <summary>What the mode of the options finds.</summary>
    internal Generated Generate(IReadOnlyList<string> ids) => _options.Mode switch
    {
        GenerationMode.Csv => new CsvMode(_options, Root, Inventory, CsvMounts, Nodes, Hooks).Generate(ids),
        GenerationMode.Imex => ImexMode.Generate(NodeSearch, _notes, ids),
        GenerationMode.Management => ManagementMode.Generate(NodeSearch, Driver, Hooks, _notes),
        GenerationMode.Wsl => new WslMode(_host, Root, _options.LibrarySearchPaths, NodeSearch, Hooks, _notes).Generate(),
        GenerationMode.Nvml => Nvml(ids),
        _ => GatedMode.Generate(_options.Mode, Root, NodeSearch, _notes),
    };

    private Generated Nvml(IReadOnlyList<string> ids)
    {
        var present = new PresentGpus(_host.Files, NodeSearch, Inventory, _options.HasOwnNode);
        var mode = new NvmlMode(_options, Inventory, present, Nodes, Hooks, _notes);
        GraphicsFiles graphics = Graphics;
        DriverFiles driver = Driver;
        graphics.LookAhead();
        driver.LookAhead();
        mode.LookAhead(ids);
        return Generated.From(() => mode.Devices(ids), () => mode.Common(graphics, driver));
    }
}
