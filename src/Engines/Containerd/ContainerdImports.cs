using System.IO.Enumeration;

namespace GpuContainers.Engines.Containerd;

/// <summary>
/// The files that a configuration imports, in the order in which containerd 1.x takes them: of a plugin's table, the last file that has it counts as a
/// whole (CT-196).
/// </summary>
internal sealed class ContainerdImports
{
    private readonly EngineRequest _request;
    private readonly string _plugin;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<(SourceText Source, TomlTable Plugin)> _found = [];

    // How many of the found ones come before our own file.
    private int _before = -1;

    private ContainerdImports(EngineRequest request, string plugin)
    {
        _request = request;
        _plugin = plugin;
    }

    /// <summary>The file whose table of the CRI plugin counts, and that table; null when no imported file has one. Files that would hide ours are warned
    /// about.</summary>
    /// <param name="request">Which files are configured.</param>
    /// <param name="topLevel">The content of the top-level file.</param>
    /// <param name="plugin">The plugin's name.</param>
    internal static (SourceText Source, TomlTable Plugin)? Find(EngineRequest request, TomlTable topLevel, string plugin)
    {
        var imports = new ContainerdImports(request, plugin);
        imports.ReadAll(topLevel);
        imports.WarnOfLaterOnes();
        if (imports._found.Count == 0)
            return null;
        Log.Info($"Taking the settings of plugin \"{plugin}\" from {imports._found[^1].Source.Origin}, which replace those of {request.ConfigPath}");
        return imports._found[^1];
    }

    private void ReadAll(TomlTable topLevel)
    {
        // The configuration itself comes first, so what is written there is before all others.
        if (_request.DropInPath.Length == 0)
            _before = 0;
        _seen.Add(Path.GetFullPath(_request.ConfigPath));
        var waiting = new Queue<string>(Resolve(_request.ConfigPath, topLevel));
        while (waiting.TryDequeue(out string? path))
        {
            if (path == _request.DropInPath)
                _before = _found.Count;
            else if (_seen.Add(path) && Read(path) is { } root)
                Resolve(path, root).ForEach(waiting.Enqueue);
        }
        // Our import is added at the end.
        if (_before < 0)
            _before = _found.Count;
    }

    private TomlTable? Read(string path)
    {
        try
        {
            SourceText source = EngineFile.Read(path).ToSource();
            if (source.Content is null)
                throw new LinuxException(Errno.ENOENT, "open", path);
            TomlTable root = TomlSource.Parse(source).Root;
            if (TomlSource.Table(source, root, "plugins", _plugin) is { } plugin)
                _found.Add((source, plugin));
            return root;
        }
        catch (Exception broken) when (broken is LinuxException or EngineException)
        {
            Log.Warning($"{path} is imported, but cannot be read, so its settings are not taken over: {broken.Message}");
            return null;
        }
    }

    // As containerd does: relative to the importing file, a name or a pattern for names, which are sorted.
    private List<string> Resolve(string importer, TomlTable root)
    {
        var paths = new List<string>();
        IEnumerable<string> patterns = root["imports"] is TomlArray array ? array.Items.OfType<TomlString>().Select(item => item.Value) : [];
        foreach (string pattern in patterns)
        {
            string folder = LexicalPath.Parent(Path.GetFullPath(importer));
            string path = Here(pattern.StartsWith('/') ? LexicalPath.Clean(pattern) : LexicalPath.Join(folder, pattern));
            if (path.Contains('*'))
                paths.AddRange(Matches(path));
            else
                paths.Add(path);
        }
        return paths;
    }

    private IEnumerable<string> Matches(string pattern)
    {
        string folder = LexicalPath.Parent(pattern);
        _ = HostDirectory.TryNames(folder, out IReadOnlyList<string> names, out _);
        // Ours counts where it will be.
        IEnumerable<string> all = folder == LexicalPath.Parent(_request.DropInPath) ? names.Append(LexicalPath.Base(_request.DropInPath)) : names;
        return all.Distinct().Where(name => FileSystemName.MatchesSimpleExpression(LexicalPath.Base(pattern), name, ignoreCase: false))
            .Order(StringComparer.Ordinal).Select(name => LexicalPath.Join(folder, name));
    }

    // The installer sees the host's folders under other names.
    private string Here(string path)
    {
        string folder = LexicalPath.Parent(path);
        foreach ((string here, string onHost) in _request.HostFolders)
        {
            if (folder == onHost)
                return LexicalPath.Join(here, LexicalPath.Base(path));
        }
        return path;
    }

    private void WarnOfLaterOnes()
    {
        string own = _request.DropInPath.Length == 0 ? _request.ConfigPath : _request.DropInPath;
        foreach ((SourceText later, _) in _found.Skip(_before))
            Log.Warning(
                $"{later.Origin} is read after {own} and sets all of plugin \"{_plugin}\", so containerd 1.x does not see the NVIDIA runtime; put its settings "
                + $"into a file that is read before {own}");
    }
}

/// <summary>The version of a containerd configuration and what depends on it.</summary>
/// <param name="Number">The version as it is written.</param>
internal sealed record ContainerdVersion(TomlScalar Number)
{
    private static readonly TomlScalar s_one = new(TomlScalarKind.Integer, "1");
    private static readonly TomlScalar s_two = new(TomlScalarKind.Integer, "2");

    /// <summary>Whether it is the version without drop-ins, in which the CRI plugin has a short name.</summary>
    internal bool IsFirst => Number.Text == "1";

    /// <summary>Whether containerd 1.x reads it, in which configured runtimes replace those that are built in (CT-195).</summary>
    internal bool HasReplaceableRuntimes => Number.Text is "1" or "2";

    /// <summary>The name of the CRI plugin in that version.</summary>
    internal string PluginName => Number.Text switch
    {
        "1" => "cri",
        "2" => "io.containerd.grpc.v1.cri",
        _ => "io.containerd.cri.v1.runtime",
    };

    /// <summary>The version of a configuration.</summary>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="root">Its content.</param>
    /// <param name="isFirstForNew">Whether a configuration without any key gets version 1 instead of 2.</param>
    /// <exception cref="EngineException">The version is not a whole number.</exception>
    internal static ContainerdVersion From(SourceText source, TomlTable root, bool isFirstForNew) => root["version"] switch
    {
        null when root.Entries.Count == 0 => new ContainerdVersion(isFirstForNew ? s_one : s_two),
        null => new ContainerdVersion(s_one),
        TomlScalar { Kind: TomlScalarKind.Integer } number => new ContainerdVersion((TomlScalar)number.Copy()),
        var other =>
            throw new EngineException(
            $"failed to parse config version: unsupported type for version field: {other}; correct {source.Origin}, line {other.Line}"),
    };
}
