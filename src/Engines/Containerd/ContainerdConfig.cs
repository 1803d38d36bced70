namespace GpuContainers.Engines.Containerd;

/// <summary>containerd's configuration: from version 2 on a drop-in and its import, in version 1 one document.</summary>
public sealed partial class ContainerdConfig : IEngineConfig
{
    private const string Imports = "imports";
    private const string Version = "version";

    private readonly EngineRequest _request;
    private readonly SourceText _source;
    private readonly TomlTable _current;
    private readonly ContainerdVersion _sourceVersion;
    private readonly Lazy<TomlTable?> _inherited;
    private readonly RememberedDefault? _remembered;

    // The document that gets the runtimes, and its version.
    private readonly EditedToml _target;
    private readonly ContainerdVersion _version;

    // The document that imports the drop-in; null when there is no drop-in or it cannot be imported.
    private readonly EditedToml? _topLevel;

    private ContainerdConfig(EngineRequest request, SourceText source, TomlTable current, EngineFile topLevelFile)
    {
        _request = request;
        _source = source;
        _current = current;
        _sourceVersion = ContainerdVersion.From(source, current, request.UseLegacyConfig);
        // containerd 1.x takes a plugin's table from the last file that has one, so that is what the drop-in must not hide (CT-196).
        if (request.Source is null && _sourceVersion.HasReplaceableRuntimes
            && ContainerdImports.Find(request, current, _sourceVersion.PluginName) is { } imported && request.DropInPath.Length > 0 && !_sourceVersion.IsFirst)
        {
            _source = imported.Source;
            _current = (TomlTable)current.Copy();
            _current.Descend("plugins").Set(_sourceVersion.PluginName, imported.Plugin);
        }
        EditedToml topLevel = EditedToml.From(topLevelFile);
        if (request.DropInPath.Length == 0)
        {
            // The top-level document itself, by the rules of its own version (CT-89).
            _target = topLevel;
            bool isNew = topLevel.Document.Root.Entries.Count == 0;
            _version = isNew ? _sourceVersion : ContainerdVersion.From(topLevelFile.ToSource(), topLevel.Document.Root, request.UseLegacyConfig);
        }
        else
        {
            EngineFile dropIn = EngineFile.Read(request.DropInPath, isDropIn: true);
            _version = _sourceVersion;
            _remembered = request.RemembersDefault && !_version.IsFirst ? RememberedDefault.Read(dropIn, DefaultName) : null;
            _target = _version.IsFirst ? new EditedToml(dropIn, TomlSource.Parse(source), isGenerated: current.Entries.Count == 0)
                : new EditedToml(dropIn, NewDropIn(), isGenerated: true);
            _topLevel = _version.IsFirst ? null : topLevel;
        }
        // From the untouched source, once, so that the order of several runtimes does not matter (CT-128).
        _inherited = new Lazy<TomlTable?>(() => TomlSource.Inherited(_source, _current, SourceRuntimes, Names()));
    }

    // The engine's own default runtime, before the NVIDIA runtime took its place.
    private string? OwnDefault
    {
        get
        {
            string? now = TomlSource.Text(_current, SourceDefault);
            return _remembered is null ? now : _remembered.Own(now);
        }
    }

    private string[] Plugin => ["plugins", _version.PluginName];

    private string[] Containerd => [.. Plugin, "containerd"];

    private string[] DefaultName => [.. Containerd, "default_runtime_name"];

    private string[] SourceRuntimes => ["plugins", _sourceVersion.PluginName, "containerd", "runtimes"];

    private string[] SourceDefault => ["plugins", _sourceVersion.PluginName, "containerd", "default_runtime_name"];

    /// <summary>Reads the current configuration and the files that will be written, all before anything is changed.</summary>
    /// <exception cref="EngineException">One of the texts is not TOML, or something in it has a wrong type; the message has line and column.</exception>
    /// <exception cref="LinuxException">A file cannot be read.</exception>
    public static ContainerdConfig Load(EngineRequest request)
    {
        EngineFile topLevel = EngineFile.Read(request.ConfigPath);
        SourceText source = request.Source ?? topLevel.ToSource();
        ContainerdConfig config;
        try
        {
            config = new ContainerdConfig(request, source, TomlSource.Parse(source).Root, topLevel);
        }
        catch (EngineException broken) when (broken.Reason == EngineFault.Syntax)
        {
            // The words before the cause are what users search for (CT-71).
            throw broken.Within("failed to load config: ");
        }
        // The version decides where everything goes, so it is shown (CT-70).
        Log.Info($"Using config version {config._version.Number.Text}");
        Log.Info($"Using CRI runtime plugin name \"{config._version.PluginName}\"");
        // Success without an effect would mislead, so the drop-in is warned about (CT-98).
        if (config._version.IsFirst && request.DropInPath.Length > 0)
            Log.Warning(
                $"containerd reads no drop-in files with config version 1, so {request.DropInPath} will have no effect; to update {request.ConfigPath} give " +
                "--drop-in-config \"\"");
        return config;
    }

    /// <inheritdoc/>
    public void AddRuntime(string name, string path, bool asDefault) => Edit(_target, document =>
    {
        // While the positions are still those of the user's file (CT-197).
        _ = TomlSource.Table(_target.File.ToSource(), document.Root, [.. Containerd, "runtimes"]);
        SetVersion(document);
        _hasNewRuntime = true;
        if (asDefault)
            RequireNoLegacyDefault(document);
        // In place of whatever had the name (CT-75, CT-81).
        document.Set([.. Containerd, "runtimes", name], Runtime(name, path));
        if (_version.IsFirst && _request.UseLegacyConfig && asDefault)
            SetLegacyDefault(document, path);
        else if (asDefault)
            SetDefault(document, name);
        else
            UnsetDefault(document, name);
    });

    /// <inheritdoc/>
    public void EnableCdi() => Edit(_target, document =>
    {
        SetVersion(document);
        // The key of NVIDIA's toolkit, and the one that the plugin reads (CT-96).
        if (_version.IsFirst)
            document.Set([.. Containerd, "enable_cdi"], new TomlBoolean(true));
        // CDI is switched on for the plugin, never off (CT-77).
        document.Set([.. Plugin, "enable_cdi"], new TomlBoolean(true));
    });

    /// <inheritdoc/>
    public void UpdateDefault(string action, string name)
    {
        bool isSet = LowLevelRuntimes.IsSet(action);
        // The default of a version 1 configuration can be a table of its own, which only adding a runtime knows (CT-125).
        if (_version.IsFirst)
            throw new EngineException(
                "the default runtime of a containerd configuration of version 1 is set only together with its runtime");
        Edit(_target, document =>
        {
            if (isSet)
                document.Set(DefaultName, new TomlString(name));
            else
                UnsetDefault(document, name);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> LowLevelRuntimePaths()
    {
        _ = TomlSource.Table(_source, _current, SourceRuntimes);
        return LowLevelRuntimes.Paths(Names().Select(name => TomlSource.Text(_current, [.. SourceRuntimes, name, "options", "BinaryName"])));
    }

    /// <inheritdoc/>
    public IReadOnlyList<FileChange> Changes()
    {
        KeepBuiltInRuntime();
        FileChange target = _target.Change();
        if (_topLevel is null)
            return [target];
        if (target.Content is null)
            SimplifyTopLevel(_topLevel);
        else
            AddImport(_topLevel);
        // The drop-in is there before it is imported (CT-90).
        return [target, _topLevel.Change()];
    }

    // The whole plugin table of the source and nothing else, because containerd before 2.1 replaces tables of a plugin as a whole (CT-80).
    private TomlDocument NewDropIn()
    {
        var root = new TomlTable();
        root.Set(Version, _sourceVersion.Number.Copy());
        if (TomlSource.Table(_source, _current, Plugin) is { } plugin)
            root.Descend("plugins").Set(_version.PluginName, plugin.Copy());
        return TomlDocument.Parse(TomlText.Document(root));
    }

    private IReadOnlyList<string> Names() => LowLevelRuntimes.Names(OwnDefault);

    private TomlTable Runtime(string name, string path)
    {
        TomlTable? own = _request.MayShowToolkit ? TomlSource.FindToolkit(_current, SourceDefault, [.. SourceRuntimes, name], ["options", "BinaryName"], path)
            ?? OursBesideBuiltIn(name, path) : null;
        TomlTable runtime = own ?? (TomlTable?)_inherited.Value?.Copy() ?? UsualBeside(name);
        if (_request.ContainerAnnotations.Count > 0)
        {
            // What was inherited follows, without repeats (IN-57, IN-58).
            IEnumerable<string> inherited = runtime["container_annotations"] is TomlArray array ? array.Items.OfType<TomlString>().Select(item => item.Value)
                : [];
            runtime.Set("container_annotations", TomlArray.From(_request.ContainerAnnotations.Concat(inherited).Distinct()));
        }
        if (string.IsNullOrEmpty(TomlSource.Text(runtime, "runtime_type")))
            runtime.Set("runtime_type", new TomlString(_request.RuntimeType));
        SetBinary(runtime, path);
        return runtime;
    }

    // The options that containerd itself has for runc (CT-74).
    private static TomlTable Usual()
    {
        var runtime = new TomlTable();
        runtime.Set("privileged_without_host_devices", new TomlBoolean(false));
        runtime.Set("runtime_engine", new TomlString(""));
        runtime.Set("runtime_root", new TomlString(""));
        runtime.Set("runtime_type", new TomlString(BuiltInType));
        return runtime;
    }

    private void SetBinary(TomlTable runtime, string path)
    {
        TomlTable options = runtime.Descend("options");
        options.Set("BinaryName", new TomlString(path));
        // Version 1 knows the program under a second name (CT-95).
        if (_version.IsFirst)
            options.Set("Runtime", new TomlString(path));
    }

    // Of an earlier default only the binary changes (CT-97).
    private void SetLegacyDefault(TomlDocument document, string path)
    {
        TomlTable runtime = (TomlTable?)document.Get(LegacyDefault)?.Copy() ?? NewLegacyDefault();
        SetBinary(runtime, path);
        document.Set(LegacyDefault, runtime);
    }

    private TomlTable NewLegacyDefault()
    {
        TomlTable runtime = Usual();
        runtime.Set("runtime_type", new TomlString(_request.RuntimeType));
        return runtime;
    }

    // Version 1 is always written; later ones where nothing else stands yet (CT-95, CT-84).
    private void SetVersion(TomlDocument document)
    {
        if (_version.IsFirst || document.Root.Entries.Count == 0)
            document.Set([Version], _version.Number);
    }

    private void SetDefault(TomlDocument document, string name)
    {
        document.Set(DefaultName, new TomlString(name));
        if (_request.RemembersDefault && OwnDefault != name)
            _target.Heading = RememberedDefault.Line(OwnDefault);
    }

    // Another default stays (CT-76).
    private void UnsetDefault(TomlDocument document, string name)
    {
        if (TomlSource.Text(document.Root, DefaultName) == name)
            document.Remove(DefaultName);
    }

    private static void Edit(EditedToml file, Action<TomlDocument> step) => _ = TomlSource.Checked(file.File.Path, () =>
    {
        step(file.Document);
        return true;
    });
}
