using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace GpuContainers.Engines.Json;

/// <summary>How JSON values are written beside others.</summary>
/// <param name="Step">The indentation of each level; null for everything on one line.</param>
/// <param name="NewLine">The line end.</param>
/// <param name="Colon">What stands between name and value.</param>
/// <param name="Comma">What stands between members on one line.</param>
internal sealed record JsonLayout(string? Step, string NewLine, string Colon, string Comma)
{
    /// <summary>The form of new files (CT-50).</summary>
    internal static JsonLayout Usual { get; } = new("    ", "\n", ": ", ", ");

    /// <summary>A value's text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="indent">The indentation of the line on which it begins.</param>
    internal string Format(JsonNode value, string indent) => value switch
    {
        JsonObject { Count: 0 } => "{}",
        JsonObject table => FormatObject(table, indent),
        JsonArray items => "[" + string.Join(Comma, items.Select(item => Format(item!, indent))) + "]",
        _ when value.GetValueKind() == JsonValueKind.String => Quote(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    /// <summary>A member's text.</summary>
    internal string Member(string name, JsonNode value, string indent) => Quote(name) + Colon + Format(value, indent);

    private string FormatObject(JsonObject table, string indent)
    {
        // In byte order (CT-50).
        IEnumerable<string> members = table.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => Member(member.Key, member.Value!, indent + Step));
        if (Step is null)
            return "{" + string.Join(Comma, members) + "}";
        string inner = NewLine + indent + Step;
        return "{" + inner + string.Join("," + inner, members) + NewLine + indent + "}";
    }

    // These three are escaped, other characters stay as they are (CT-50).
    private static string Quote(string text) =>
        new StringBuilder("\"").Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value)
            .Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026").Append('"').ToString();
}
