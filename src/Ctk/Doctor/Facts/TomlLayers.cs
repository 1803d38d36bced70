using GpuContainers.Configuration;
using GpuContainers.Configuration.Toml;

namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>TOML files that an engine reads one after the other: what a later one says counts.</summary>
internal sealed class TomlLayers
{
    private readonly List<TomlTable> _layers = [];
    private readonly List<string> _files = [];

    /// <summary>The files that exist, in the order of reading.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>What is wrong with the first file that cannot be read as TOML; empty when all can.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Adds a file; nothing happens when it is missing.</summary>
    public void Add(Machine machine, string path)
    {
        if (machine.Text(path) is not { } text)
            return;
        _files.Add(path);
        try
        {
            _layers.Add(TomlDocument.Parse(Encoding.UTF8.GetBytes(text)).Root);
        }
        catch (ConfigurationException broken)
        {
            if (Problem.Length == 0)
                Problem = $"{path}: {broken.Message}";
        }
    }

    /// <summary>The value that counts; null when no file has it.</summary>
    public TomlValue? Find(params string[] path)
    {
        TomlValue? found = null;
        foreach (TomlTable layer in _layers)
            found = layer.Find(path) ?? found;
        return found;
    }

    /// <summary>A string; empty when there is none.</summary>
    public string Text(params string[] path) => (Find(path) as TomlString)?.Value ?? "";

    /// <summary>A boolean; null when there is none.</summary>
    public bool? Flag(params string[] path) => (Find(path) as TomlBoolean)?.Value;

    /// <summary>The strings of an array; empty when there is none.</summary>
    public IReadOnlyList<string> List(params string[] path) =>
        Find(path) is TomlArray array ? [.. array.Items.OfType<TomlString>().Select(static item => item.Value)] : [];

    /// <summary>The names in a table, over all files, in the order of their first places.</summary>
    public IReadOnlyList<string> Names(params string[] path) =>
        [.. _layers.Select(layer => layer.Find(path)).OfType<TomlTable>().SelectMany(static table => table.Entries.Select(static entry => entry.Name))
            .Distinct()];
}
