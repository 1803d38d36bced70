using GpuContainers.Configuration;

namespace GpuContainers.Engines.Sources;

/// <summary>TOML of engines: faults name the file or command they come from.</summary>
internal static class TomlSource
{
    /// <summary>Reads a configuration; a missing file counts as empty (CT-40).</summary>
    /// <exception cref="EngineException">It is not TOML; the message begins with "(line, column): " (CT-45).</exception>
    internal static TomlDocument Parse(SourceText source)
    {
        try
        {
            return Checked(source.Origin, () => TomlDocument.Parse(source.Content ?? []));
        }
        catch (EngineException broken) when (TemplateText.Explain(source, broken, "TOML", TemplateText.Containerd) is { } template)
        {
            throw template;
        }
    }

    /// <summary>Does something that needs tables to be tables, and says where they are not (CT-78).</summary>
    /// <exception cref="EngineException">Something else stands where a table must be.</exception>
    internal static T Checked<T>(string origin, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (ConfigurationException broken)
        {
            EngineFault reason = broken.Reason == ConfigurationFailure.Syntax ? EngineFault.Syntax : EngineFault.Value;
            throw new EngineException(reason, $"{broken.Message}; correct {origin}", broken);
        }
    }

    /// <summary>The table at the end of a path of keys; null when there is none.</summary>
    /// <exception cref="EngineException">Something else stands there, or on the way (CT-78).</exception>
    internal static TomlTable? Table(SourceText source, TomlTable root, params string[] path)
    {
        TomlTable table = root;
        for (int i = 0; i < path.Length; i++)
        {
            if (table[path[i]] is not { } value)
                return null;
            table = value as TomlTable ?? throw new EngineException(
                $"{(value.Line > 0 ? $"({value.Line}, {value.Column}): " : "")}{TomlKeys.Path(path.AsSpan(0, i + 1))} must be a table, "
                + $"but is {value.TypeName} {value}; correct {source.Origin}");
        }
        return table;
    }

    /// <summary>The string at the end of a path of keys; null when there is none, or it is something else.</summary>
    internal static string? Text(TomlTable root, params ReadOnlySpan<string> path) => (root.Find(path) as TomlString)?.Value;

    /// <summary>The settings of the first runtime that has some, copied, for the NVIDIA runtime to inherit (CT-73, CT-101); null when none has.</summary>
    /// <param name="source">Where the tables come from, for messages.</param>
    /// <param name="root">The source's content.</param>
    /// <param name="runtimes">The path of the table of runtimes.</param>
    /// <param name="names">The runtimes to look for, in this order.</param>
    /// <exception cref="EngineException">Something on the way is not a table, or a runtime's options are none (CT-78).</exception>
    internal static TomlTable? Inherited(SourceText source, TomlTable root, string[] runtimes, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (Table(source, root, [.. runtimes, name]) is not { } found)
                continue;
            _ = Table(source, root, [.. runtimes, name, "options"]);
            return (TomlTable)found.Copy();
        }
        // Without an example the usual options are the best guess, and the administrator should know (CT-74).
        Log.Warning($"Could not infer options from runtimes [{string.Join(' ', names)}]");
        return null;
    }

    /// <summary>
    /// Our own runtime as an earlier run has left it, copied, if it is the default (CT-49): it hides the default whose settings it took, so they
    /// can be found in it alone.
    /// </summary>
    /// <param name="root">The source's content.</param>
    /// <param name="byDefault">The path of the name of the default runtime.</param>
    /// <param name="runtime">The path of our runtime.</param>
    /// <param name="binary">The key of the executable in it.</param>
    /// <param name="path">Our executable; another one means another runtime.</param>
    internal static TomlTable? FindToolkit(TomlTable root, string[] byDefault, string[] runtime, string[] binary, string path) =>
        Text(root, byDefault) == runtime[^1] && Text(root, [.. runtime, .. binary]) == path ? (TomlTable?)root.Find(runtime)?.Copy() : null;

    /// <summary>Removes the tables on a path that have become empty, from the inside (CT-121, CT-124).</summary>
    internal static void Prune(TomlDocument document, ReadOnlySpan<string> path)
    {
        for (int length = path.Length; length > 0; length--)
        {
            if (document.Get(path[..length]) is TomlTable { Entries.Count: 0 })
                document.Remove(path[..length]);
        }
    }
}

/// <summary>One TOML file that an engine's configuration is written to.</summary>
/// <param name="file">The file as it was read.</param>
/// <param name="document">What it shall hold, to be edited.</param>
/// <param name="isGenerated">
/// Whether the whole content is the toolkit's, so that it is written in the form of new files instead of as it was laid out.
/// </param>
internal sealed class EditedToml(EngineFile file, TomlDocument document, bool isGenerated)
{
    /// <summary>What the file shall hold.</summary>
    internal TomlDocument Document { get; } = document;

    /// <summary>A comment line in front of such a content; empty for none.</summary>
    internal string Heading { get; set; } = "";

    /// <summary>The file as it was read.</summary>
    internal EngineFile File { get; } = file;

    /// <summary>A user's file, to be edited; one without any text gets the form of new files.</summary>
    /// <exception cref="EngineException">It is not TOML.</exception>
    internal static EditedToml From(EngineFile file)
    {
        TomlDocument document = TomlSource.Parse(file.ToSource());
        return new EditedToml(file, document, string.IsNullOrWhiteSpace(document.ToString()));
    }

    /// <summary>The file with its content as it stands now; a content without keys and comments removes it (CT-42).</summary>
    internal FileChange Change()
    {
        byte[] content = isGenerated ? System.Text.Encoding.UTF8.GetBytes(WithHeading(TomlText.Document(Document.Root))) : Document.ToBytes();
        bool isEmpty = content.AsSpan().Trim(" \t\r\n"u8).IsEmpty;
        return new FileChange(File, isEmpty ? null : content);
    }

    // What is empty stays empty, so that the file is removed.
    private string WithHeading(string text) => string.IsNullOrWhiteSpace(text) ? text : Heading + text;
}

/// <summary>
/// The engine's own default runtime, remembered in a comment of the drop-in that replaces it: an engine that is asked for its configuration shows only
/// the replacement (IN-63).
/// </summary>
/// <param name="Replacement">The default that the drop-in sets.</param>
/// <param name="Before">The default before; null for none.</param>
internal sealed record RememberedDefault(string Replacement, string? Before)
{
    private const string Mark = "# default runtime before this file: ";

    /// <summary>What an existing drop-in remembers; null when it sets no default.</summary>
    /// <param name="dropIn">The file.</param>
    /// <param name="path">The path of the default's name.</param>
    internal static RememberedDefault? Read(EngineFile dropIn, params ReadOnlySpan<string> path)
    {
        if (dropIn.Content is not { } content)
            return null;
        try
        {
            return TomlSource.Text(TomlDocument.Parse(content).Root, path) is { } name ? new RememberedDefault(name, Remark(Encoding.UTF8.GetString(content)))
                : null;
        }
        catch (ConfigurationException)
        {
            // It is written anew as a whole, whatever it holds.
            return null;
        }
    }

    /// <summary>The line to begin the drop-in with; empty when there is nothing to remember.</summary>
    /// <param name="before">The default before; null or empty for none.</param>
    internal static string Line(string? before) => string.IsNullOrEmpty(before) ? "" : Mark + TomlText.Value(new TomlString(before)) + "\n";

    /// <summary>The engine's own default.</summary>
    /// <param name="now">The one that a source shows.</param>
    internal string? Own(string? now) => now == Replacement ? Before : now;

    private static string? Remark(string text)
    {
        string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal));
        return line is null ? null : TomlDocument.Parse("before = " + line[Mark.Length..]).Get("before") is TomlString name ? name.Value : null;
    }
}
