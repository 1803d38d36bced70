using GpuContainers.Configuration.Keys;

namespace GpuContainers.Configuration.Editing;

/// <summary>config.toml as a text that is edited: comments, order and layout stay; what is not set is shown as commented samples.</summary>
public sealed class ConfigDocument
{
    private readonly TomlDocument _document;

    private ConfigDocument(TomlDocument document) => _document = document;

    /// <summary>The content as it is now.</summary>
    public TomlTable Root => _document.Root;

    /// <summary>The built-in defaults.</summary>
    public static ConfigDocument Default() => new(TomlDocument.Parse(TomlText.Document(ConfigKeys.Defaults(), step: "")));

    /// <summary>Reads a file's content; an empty file is not a missing one: it sets nothing.</summary>
    /// <exception cref="ConfigurationException">It is not TOML.</exception>
    public static ConfigDocument Parse(ReadOnlySpan<byte> bytes) => new(TomlDocument.Parse(bytes));

    /// <summary>Carries out one change; later ones win.</summary>
    /// <exception cref="ConfigurationException">Something that is not a table stands where the key's table must be.</exception>
    public void Apply(ConfigChange change)
    {
        string[] path = change.Key.Parts;
        if (change.Value is not { } value)
            _document.Remove(path);
        else if (_document.Get(path) is not null || !_document.TryPutLine(path, TomlText.Value(value), Sample(change.Key)))
            _document.Set(path, value);
    }

    /// <summary>The file's content with the samples of what is not set. The same content read and written again is the same.</summary>
    /// <exception cref="ConfigurationException">Something that is not a table stands where a sample's table must be.</exception>
    public byte[] ToBytes()
    {
        AddSamples();
        return _document.ToBytes();
    }

    // In every written file, its two tables included. A table that is written in braces or dotted keys has no line for them (CF-75).
    private void AddSamples()
    {
        foreach (ConfigKey key in ConfigKeys.All.Where(key => key.Sample is not null).OrderBy(key => key.Path, StringComparer.Ordinal))
        {
            if (_document.Get(key.Parts) is null)
                _document.PutSample(key.Parts, Sample(key)!);
        }
    }

    private static string? Sample(ConfigKey key) => key.Sample is null ? null : $"#{key.Parts[^1]} = {TomlText.Value(key.Sample)}";
}
