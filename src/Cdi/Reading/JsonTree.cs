using System.Text.Json;
using GpuContainers.Oci.Json;

namespace GpuContainers.Cdi.Reading;

/// <summary>
/// Builds the nodes of a JSON text, many times faster than the YAML parser. Text that is not valid JSON goes to that parser, which accepts more
/// (CDI-7, CDI-17); what is valid JSON means the same to both (CDI-18).
/// </summary>
internal ref struct JsonTree
{
    // As many as the YAML parser allows (CDI-20).
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _source;
    private Utf8JsonReader _json;
    private int _line = 1;
    private int _lineStart;
    private int _counted;

    private JsonTree(ReadOnlySpan<byte> source)
    {
        _source = source;
        _json = new Utf8JsonReader(source, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>The root node, or null when the text is not one JSON object.</summary>
    internal static SpecNode? Read(ReadOnlySpan<byte> source)
    {
        var tree = new JsonTree(source);
        try
        {
            return tree._json.Read() && tree._json.TokenType == JsonTokenType.StartObject ? tree.Node() : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate in an escape; the YAML parser words the error.
            return null;
        }
    }

    private SpecNode Node()
    {
        (int line, int column) = Position();
        switch (_json.TokenType)
        {
            case JsonTokenType.StartObject:
                var map = new SpecNode(SpecNodeKind.Map, line, column);
                while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
                {
                    SpecNode key = Leaf(_json.GetString()!, false);
                    _json.Read();
                    map.Members.Add(new(key, Node()));
                }
                return map;
            case JsonTokenType.StartArray:
                var list = new SpecNode(SpecNodeKind.List, line, column);
                while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
                    list.Items.Add(Node());
                return list;
            case JsonTokenType.String:
                return Leaf(_json.GetString()!, false);
            default:
                return Leaf(JsonText.Decode(_json.ValueSpan), true);
        }
    }

    private SpecNode Leaf(string text, bool plain)
    {
        (int line, int column) = Position();
        return new SpecNode(SpecNodeKind.Scalar, line, column) { Text = text, IsPlain = plain };
    }

    private (int Line, int Column) Position()
    {
        int at = (int)_json.TokenStartIndex;
        ReadOnlySpan<byte> passed = _source[_counted..at];
        int last = passed.LastIndexOf((byte)'\n');
        if (last >= 0)
        {
            _line += passed.Count((byte)'\n');
            _lineStart = _counted + last + 1;
        }
        _counted = at;
        return (_line, at - _lineStart + 1);
    }
}
