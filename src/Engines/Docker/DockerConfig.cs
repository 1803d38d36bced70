using System.Text.Json.Nodes;
using GpuContainers.Engines.Json;

namespace GpuContainers.Engines.Docker;

/// <summary>Docker's daemon.json.</summary>
public sealed class DockerConfig : IEngineConfig
{
    private const string Runtimes = "runtimes";
    private const string DefaultRuntime = "default-runtime";
    private const string Features = "features";

    private readonly EngineFile _file;
    private readonly EditableJson _document;

    private DockerConfig(EngineFile file, EditableJson document)
    {
        _file = file;
        _document = document;
    }

    /// <summary>The default runtime that the file names now; empty when it names none.</summary>
    public string Default => _document.FindText(DefaultRuntime) ?? "";

    /// <summary>The default runtime before the NVIDIA runtime took its place, when the caller knows it; then it counts instead of the file's.</summary>
    public string? DefaultBefore { get; set; }

    /// <summary>Reads the file; a missing one counts as empty.</summary>
    /// <exception cref="EngineException">It is not a JSON object; the message has line and column.</exception>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static DockerConfig Load(EngineRequest request)
    {
        EngineFile file = EngineFile.Read(request.ConfigPath);
        // Users see which file counts before it changes (CT-60).
        Log.Info(file.Content is null ? "Config file does not exist; using empty config" : $"Loading config from {file.Path}");
        try
        {
            return new DockerConfig(file, EditableJson.Parse(file.Content));
        }
        catch (EngineException broken)
        {
            throw TemplateText.Explain(file.ToSource(), broken, "JSON") ?? broken.Within("", $"; correct {file.Path}");
        }
    }

    /// <inheritdoc/>
    public void AddRuntime(string name, string path, bool asDefault)
    {
        CheckRuntimes();
        // Exactly these two members; other runtimes stay (CT-61).
        _document.Set([Runtimes, name], new JsonObject { ["args"] = new JsonArray(), ["path"] = path });
        // Without the flag an earlier default stays (CT-62).
        if (asDefault)
            _document.Set([DefaultRuntime], name);
    }

    /// <inheritdoc/>
    public void EnableCdi()
    {
        // The other features stay (CT-63).
        _ = Checked(() => _document.FindObject(Features));
        _document.Set([Features, "cdi"], true);
    }

    /// <inheritdoc/>
    public void RemoveRuntime(string name)
    {
        CheckRuntimes();
        // The default becomes runc, whatever it was before (CT-120).
        UnsetDefault(name);
        _document.Remove(Runtimes, name);
        if (_document.FindObject(Runtimes) is { Members.Count: 0 })
            _document.Remove(Runtimes);
    }

    /// <inheritdoc/>
    public void UpdateDefault(string action, string name)
    {
        // Unsetting touches a default only if it is this runtime (CT-125).
        if (LowLevelRuntimes.IsSet(action))
            _document.Set([DefaultRuntime], name);
        else
            UnsetDefault(name);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> LowLevelRuntimePaths()
    {
        CheckRuntimes();
        return LowLevelRuntimes.Paths(LowLevelRuntimes.Names(DefaultBefore ?? Default).Select(name => _document.FindText(Runtimes, name, "path")));
    }

    /// <summary>Whether Docker knows a runtime: one of the file, or its own.</summary>
    public bool HasRuntime(string name) =>
        name is "runc" or "io.containerd.runc.v2" || _document.FindObject(Runtimes)?.Members.Any(member => member.Name == name) == true;

    /// <inheritdoc/>
    public IReadOnlyList<FileChange> Changes() => [new FileChange(_file, _document.IsChanged ? _document.ToBytes() : _file.Content)];

    private void UnsetDefault(string name)
    {
        if (Default == name)
            _document.Set([DefaultRuntime], "runc");
    }

    // The key and the type that is expected; null counts as absent (CT-64).
    private void CheckRuntimes() => Checked(() =>
    {
        JsonPlace? runtimes = _document.FindObject(Runtimes);
        foreach (JsonMember runtime in runtimes?.Members ?? [])
        {
            if (runtime.Value.Kind is not (JsonValueKind.Object or JsonValueKind.Null))
                throw _document.WrongType([Runtimes, runtime.Name], runtime.Value, "an object");
        }
        return runtimes;
    });

    private JsonPlace? Checked(Func<JsonPlace?> look)
    {
        try
        {
            return look();
        }
        catch (EngineException wrong)
        {
            throw wrong.Within("", $"; correct {_file.Path}");
        }
    }
}
