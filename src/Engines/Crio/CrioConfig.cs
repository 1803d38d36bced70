namespace GpuContainers.Engines.Crio;

/// <summary>CRI-O's configuration.</summary>
public sealed class CrioConfig : IEngineConfig
{
    private static readonly string[] s_runtimes = ["crio", "runtime", "runtimes"];
    private static readonly string[] s_default = ["crio", "runtime", "default_runtime"];

    private readonly EngineRequest _request;
    private readonly SourceText _source;
    private readonly TomlTable _current;
    private readonly EditedToml _target;
    private readonly Lazy<TomlTable?> _inherited;
    private readonly RememberedDefault? _remembered;

    private CrioConfig(EngineRequest request, SourceText source, TomlTable current, EditedToml target)
    {
        _request = request;
        _source = source;
        _current = current;
        _target = target;
        _remembered = request.RemembersDefault && request.DropInPath.Length > 0 ? RememberedDefault.Read(target.File, s_default) : null;
        // From the untouched source, once (CT-128).
        _inherited = new Lazy<TomlTable?>(() => TomlSource.Inherited(source, current, s_runtimes, Names()));
    }

    // The engine's own default runtime, before the NVIDIA runtime took its place.
    private string? OwnDefault
    {
        get
        {
            string? now = TomlSource.Text(_current, s_default);
            return _remembered is null ? now : _remembered.Own(now);
        }
    }

    /// <summary>Reads the current configuration and prepares the file that is written: a new drop-in, or the top-level file itself.</summary>
    /// <exception cref="EngineException">One of the texts is not TOML; the message has line and column.</exception>
    /// <exception cref="LinuxException">A file cannot be read.</exception>
    public static CrioConfig Load(EngineRequest request)
    {
        bool isDropIn = request.DropInPath.Length > 0;
        EngineFile target = EngineFile.Read(isDropIn ? request.DropInPath : request.ConfigPath, isDropIn);
        SourceText source = request.Source ?? EngineFile.Read(request.ConfigPath).ToSource();
        TomlTable current = TomlSource.Parse(source).Root;
        // A drop-in starts empty, whatever is there (CT-100, CT-105). The top-level file keeps its settings (CT-104).
        EditedToml edited = isDropIn ? new EditedToml(target, TomlDocument.Parse(""), isGenerated: true) : EditedToml.From(target);
        return new CrioConfig(request, source, current, edited);
    }

    /// <summary>Reads the drop-in that an earlier run has written, to take settings from it.</summary>
    /// <exception cref="EngineException">It is not TOML; the message has line and column.</exception>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static CrioConfig LoadDropIn(string path) => Load(new EngineRequest(path));

    /// <inheritdoc/>
    public void AddRuntime(string name, string path, bool asDefault) => Edit(document =>
    {
        // What is inherited stays but for these two (CT-101, CT-102).
        TomlTable? own = _request.MayShowToolkit ? TomlSource.FindToolkit(_current, s_default, [.. s_runtimes, name], ["runtime_path"], path) : null;
        TomlTable runtime = own ?? (TomlTable?)_inherited.Value?.Copy() ?? new TomlTable();
        runtime.Set("runtime_path", new TomlString(path));
        runtime.Set("runtime_type", new TomlString("oci"));
        document.Set([.. s_runtimes, name], runtime);
        if (!asDefault)
            return;
        document.Set(s_default, new TomlString(name));
        if (_request.RemembersDefault && OwnDefault != name)
            _target.Heading = RememberedDefault.Line(OwnDefault);
    });

    /// <summary>CRI-O has no switch for CDI: it is always on.</summary>
    public void EnableCdi()
    {
    }

    /// <inheritdoc/>
    public void RemoveRuntime(string name) => Edit(document =>
    {
        // A default without its runtime would stop the engine (CT-124).
        UnsetDefault(document, name);
        document.Remove([.. s_runtimes, name]);
        TomlSource.Prune(document, s_runtimes);
    });

    /// <inheritdoc/>
    public void UpdateDefault(string action, string name) => Edit(document =>
    {
        // Unsetting touches a default only if it is this runtime (CT-125).
        if (LowLevelRuntimes.IsSet(action))
            document.Set(s_default, new TomlString(name));
        else
            UnsetDefault(document, name);
    });

    /// <inheritdoc/>
    public IReadOnlyList<string> LowLevelRuntimePaths()
    {
        _ = TomlSource.Table(_source, _current, s_runtimes);
        return LowLevelRuntimes.Paths(Names().Select(name => TomlSource.Text(_current, [.. s_runtimes, name, "runtime_path"])));
    }

    /// <inheritdoc/>
    public IReadOnlyList<FileChange> Changes() => [_target.Change()];

    private static void UnsetDefault(TomlDocument document, string name)
    {
        if (TomlSource.Text(document.Root, s_default) == name)
            document.Remove(s_default);
    }

    private IReadOnlyList<string> Names() => LowLevelRuntimes.Names(OwnDefault);

    private void Edit(Action<TomlDocument> step) => _ = TomlSource.Checked(_target.File.Path, () =>
    {
        step(_target.Document);
        return true;
    });
}
