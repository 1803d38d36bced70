using GpuContainers.Configuration;

namespace GpuContainers.Engines.Sources;

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
