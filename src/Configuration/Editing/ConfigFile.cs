using GpuContainers.Configuration.Keys;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Configuration.Editing;

/// <summary>A config.toml that is read, changed and written back.</summary>
public sealed class ConfigFile
{
    private readonly FileStatus? _status;

    private ConfigFile(string path, ConfigDocument document, FileStatus? status)
    {
        Path = path;
        Document = document;
        _status = status;
    }

    /// <summary>Where it was read from; the file need not exist.</summary>
    public string Path { get; }

    /// <summary>Its content; the built-in defaults if the file is missing.</summary>
    public ConfigDocument Document { get; }

    /// <summary>Whether the file existed when it was read.</summary>
    public bool Exists => _status is not null;

    /// <summary>Reads a file; a missing one, or an empty path, means the defaults.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or is not TOML.</exception>
    public static ConfigFile Read(string path)
    {
        // The look comes before the reading: a change between the two is then noticed when the file is written.
        if (path.Length == 0 || (!HostFile.TryStatus(path, followLinks: true, out FileStatus status, out Errno error) && error == Errno.ENOENT))
            return new ConfigFile(path, ConfigDocument.Default(), null);
        if (!ConfigBytes.TryRead(path, out byte[] bytes, out error))
            throw new ConfigurationException(
                ConfigurationFailure.Unreadable,
                $"failed to load specified config file: {ConfigBytes.Describe(path, error)}");
        try
        {
            return new ConfigFile(path, ConfigDocument.Parse(bytes), status);
        }
        catch (ConfigurationException broken)
        {
            throw broken.Within("failed to load specified config file: ", $"; correct {path}");
        }
    }

    /// <summary>Writes content over the file that was read.</summary>
    /// <exception cref="ConfigurationException">It cannot be written, or somebody changed it since it was read; it is then as it was.</exception>
    public void Replace(ReadOnlySpan<byte> content) => Write(Path, content, _status);

    /// <summary>
    /// Writes content to a file: at once and as a whole, with mode, owner and label of an existing one; nothing happens if that is its content already.
    /// </summary>
    /// <param name="path">The file; its folder is made if it is missing.</param>
    /// <param name="content">All of the content.</param>
    /// <param name="unchangedSince">What the file was when it was read; null if that does not matter.</param>
    /// <exception cref="ConfigurationException">It cannot be written; an existing file is then as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, FileStatus? unchangedSince = null)
    {
        if (ConfigBytes.TryRead(path, out byte[] old, out _) && content.SequenceEqual(old))
            return;
        Step("failed to create output directory", () => HostDirectory.Create(LexicalPath.Parent(path), FileModes.PublicFolder));
        try
        {
            AtomicFile.Replace(path, content, new ReplaceSettings { UnchangedSince = unchangedSince });
        }
        catch (LinuxException failure)
        {
            throw Failure(failure.Operation is "open" or "create" ? "failed to open output file" : "failed to save config", failure);
        }
    }

    private static void Step(string what, Action step)
    {
        try
        {
            step();
        }
        catch (LinuxException failure)
        {
            throw Failure(what, failure);
        }
    }

    private static ConfigurationException Failure(string what, LinuxException cause) => new($"{what}: {cause.Message}", cause);
}

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
