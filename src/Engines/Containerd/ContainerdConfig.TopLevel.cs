using GpuContainers.Configuration;

namespace GpuContainers.Engines.Containerd;

/// <summary>The top-level document, which imports the drop-in, and what is taken out again.</summary>
public sealed partial class ContainerdConfig
{
    // The folder as containerd sees it (CT-83, CT-127).
    private string Import
    {
        get
        {
            string folder = LexicalPath.Parent(_request.DropInPath);
            return LexicalPath.Join(_request.HostFolders.GetValueOrDefault(folder, folder), "*.toml");
        }
    }

    /// <inheritdoc/>
    public void RemoveRuntime(string name)
    {
        RemoveRuntime(_target, name);
        // From both documents (CT-121).
        if (_topLevel is not null)
            RemoveRuntime(_topLevel, name);
    }

    private void RemoveRuntime(EditedToml file, string name) => Edit(file, document =>
    {
        string[] runtimes = [.. Containerd, "runtimes"];
        string? binary = Binary(document.Root.Find([.. runtimes, name]) as TomlTable);
        document.Remove([.. runtimes, name]);
        UnsetDefault(document, name);
        // Version 1 may name its default by the program instead of the runtime's name (CT-123).
        if (_version.IsFirst && binary is not null && Binary(document.Root.Find(LegacyDefault) as TomlTable) == binary)
            document.Remove(LegacyDefault);
        TomlSource.Prune(document, runtimes);
        RemoveLoneVersion(document);
    });

    private static string? Binary(TomlTable? runtime)
    {
        string? binary = runtime is null ? null : TomlSource.Text(runtime, "options", "BinaryName");
        return string.IsNullOrEmpty(binary) && runtime is not null ? TomlSource.Text(runtime, "options", "Runtime") : binary;
    }

    private static void RemoveLoneVersion(TomlDocument document)
    {
        if (document.Root.Entries is [{ Name: Version }])
            document.Remove(Version);
    }

    private void AddImport(EditedToml file) => Edit(file, document =>
    {
        // A document of its own version keeps it (CT-84).
        if (document.Root.Entries.Count == 0)
            document.Set([Version], _sourceVersion.Number);
        if (document.Get(Imports) is TomlArray imports)
        {
            // containerd would refuse the file, so there is something to correct first (CT-83).
            if (imports.Items.FirstOrDefault(item => item is not TomlString) is { } wrong)
                throw new ConfigurationException(
                    $"({wrong.Line}, {wrong.Column}): {Imports} must be an array of strings, but has {wrong.TypeName} {wrong}; make it a string or remove it");
            if (imports.Items.Any(item => ((TomlString)item).Value == Import))
                return;
        }
        document.Append([Imports], new TomlString(Import));
    });

    // What only served the drop-in goes with it; everything else stays (CT-122).
    private void SimplifyTopLevel(EditedToml file) => Edit(file, document =>
    {
        bool hasOthers = document.Root.Entries.Exists(entry => entry.Name is not (Version or Imports));
        if (!hasOthers && document.Get(Imports) is TomlArray { Items: [TomlString only] } && only.Value == Import)
            document.Remove(Imports);
        RemoveLoneVersion(document);
    });

    private const string BuiltInRuntime = "runc";
    private const string BuiltInType = "io.containerd.runc.v2";

    private bool _hasNewRuntime;

    private string[] LegacyDefault => [.. Containerd, "default_runtime"];

    // A table of runtimes replaces the built-in one, and then the CRI plugin does not load without its default (CT-195).
    private void KeepBuiltInRuntime() => Edit(_target, document =>
    {
        bool replaces = _hasNewRuntime && _version.HasReplaceableRuntimes && document.Get([.. Containerd, "runtimes"]) is TomlTable { Entries.Count: > 0 };
        if (!replaces || document.Get(LegacyDefault) is TomlTable)
            return;
        string name = TomlSource.Text(document.Root, DefaultName) is { Length: > 0 } named ? named : BuiltInRuntime;
        if (document.Get([.. Containerd, "runtimes", name]) is not null)
            return;
        string missing =
            $"containerd's default runtime {name} has no table in {_target.File.Path}, and configured runtimes replace the ones that containerd has built in";
        if (name != BuiltInRuntime)
        {
            Log.Warning($"{missing}; add its table, or containers that name no runtime will not start");
            return;
        }
        document.Set([.. Containerd, "runtimes", name, "runtime_type"], new TomlString(BuiltInType));
        Log.Warning($"{missing}; it was added");
    });

    // The table that an earlier run added has nothing to inherit; what that run gave our runtime stays (CT-49).
    private TomlTable? OursBesideBuiltIn(string name, string path)
    {
        string? inherited = Names().FirstOrDefault(known => _current.Find([.. SourceRuntimes, known]) is TomlTable);
        bool isAdded = inherited == BuiltInRuntime && _current.Find([.. SourceRuntimes, BuiltInRuntime]) is TomlTable
        {
            Entries: [{ Name: "runtime_type", Value: TomlString { Value: BuiltInType } }],
        };
        return isAdded && TomlSource.Text(_current, [.. SourceRuntimes, name, "options", "BinaryName"]) == path
            ? (TomlTable?)_current.Find([.. SourceRuntimes, name])?.Copy() : null;
    }

    // Of both keys containerd would take the older one, so that the new default had no effect (CT-195).
    private void RequireNoLegacyDefault(TomlDocument document)
    {
        if (_version.IsFirst && !_request.UseLegacyConfig && document.Get(LegacyDefault) is TomlTable table)
        {
            throw new EngineException(
                $"({table.Line}, {table.Column}): {TomlKeys.Path(LegacyDefault)} is set, so {TomlKeys.Path(DefaultName)} would have no effect; "
                + $"remove {TomlKeys.Path(LegacyDefault)} from {_source.Origin}, or leave out --set-as-default");
        }
    }

    // If our runtime is the only one, what the administrator has set in it stands nowhere else (CT-196).
    private TomlTable UsualBeside(string name)
    {
        TomlTable runtime = Usual();
        if (!_sourceVersion.HasReplaceableRuntimes || _current.Find(SourceRuntimes) is not TomlTable { Entries: [{ Value: TomlTable only } entry] }
            || entry.Name != name)
            return runtime;
        if (only["base_runtime_spec"] is { } specification)
            runtime.Set("base_runtime_spec", specification.Copy());
        if (only.Find("options", "SystemdCgroup") is { } cgroup)
            runtime.Descend("options").Set("SystemdCgroup", cgroup.Copy());
        return runtime;
    }
}
