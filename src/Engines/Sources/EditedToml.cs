namespace GpuContainers.Engines.Sources;

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
