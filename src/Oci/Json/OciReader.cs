using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GpuContainers.Oci.Json;

/// <summary>One pass over config.json: checks types and members against the schema and notes where the places of interest stand.</summary>
internal ref struct OciReader
{
    // NVIDIA's JSON reader allows this depth.
    private const int MaxDepth = 10000;

    private readonly ReadOnlySpan<byte> _source;
    private readonly OciNode?[] _slots;
    private readonly List<string>? _unknown;
    private readonly List<string> _path;
    private Utf8JsonReader _json;

    /// <param name="source">The text.</param>
    /// <param name="slots">Filled with the last occurrence of each place.</param>
    /// <param name="unknown">Takes the names of unknown members; null when such a member is an error (RT-83).</param>
    internal OciReader(ReadOnlySpan<byte> source, OciNode?[] slots, List<string>? unknown)
    {
        _source = source;
        _slots = slots;
        _unknown = unknown;
        _path = [];
        _json = new Utf8JsonReader(source, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>Reads the first value of the text; what follows it is not looked at (RT-80).</summary>
    internal OciNode Read()
    {
        try
        {
            if (!_json.Read())
                throw new OciException(OciErrorReason.Syntax, "unexpected end of JSON input");
            return Value(OciSchema.Document, OciSlot.Document, null)!;
        }
        catch (JsonException error)
        {
            throw new OciException(OciErrorReason.Syntax, JsonText.Describe(error, _source), error);
        }
    }

    private OciNode? Value(OciType type, OciSlot slot, OciNode? parent)
    {
        OciNode? node = slot == OciSlot.None ? null : new OciNode(slot, type.Kind, parent) { Start = (int)_json.TokenStartIndex };
        if (node is not null)
            _slots[(int)slot] = node;
        if (_json.TokenType == JsonTokenType.Null)
        {
            if (node is not null)
                node.IsNull = true;
        }
        else
        {
            NotNull(type, node);
        }
        if (node is not null)
            node.End = (int)_json.BytesConsumed;
        return node;
    }

    private void NotNull(OciType type, OciNode? node)
    {
        switch (type.Kind)
        {
            case OciKind.Object:
            case OciKind.Map:
                Expect(JsonTokenType.StartObject, type);
                Members(type, node);
                break;
            case OciKind.List:
                Expect(JsonTokenType.StartArray, type);
                Elements(type, node);
                break;
            case OciKind.String:
                Expect(JsonTokenType.String, type);
                break;
            case OciKind.Bool:
                if (_json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    throw Mismatch(type);
                break;
            case OciKind.Any:
                _json.Skip();
                break;
            default:
                Number(type);
                break;
        }
    }

    private void Members(OciType type, OciNode? node)
    {
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)_json.TokenStartIndex;
            OciMember member = type.Kind == OciKind.Map ? new OciMember(MapKey(), type.Item!) : Find(type.Members);
            _json.Read();
            OciNode? child = null;
            if (member.Type is null)
            {
                _json.Skip();
            }
            else
            {
                _path.Add(member.Name);
                child = Value(member.Type, member.Slot, node);
                _path.RemoveAt(_path.Count - 1);
            }
            node?.Original.Add(new OciPart(start, (int)_json.BytesConsumed, child));
        }
    }

    private void Elements(OciType type, OciNode? node)
    {
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)_json.TokenStartIndex;
            Value(type.Item!, OciSlot.None, null);
            node?.Original.Add(new OciPart(start, (int)_json.BytesConsumed));
        }
    }

    // The exact name first, else without regard to letter case (RT-81).
    private readonly OciMember Find(OciMember[] members)
    {
        if (!_json.ValueIsEscaped)
        {
            ReadOnlySpan<byte> name = _json.ValueSpan;
            foreach (OciMember member in members)
            {
                if (member.Name.Length == name.Length && Ascii.Equals(name, member.Name))
                    return member;
            }
        }
        string text = JsonText.Decode(_json.ValueSpan);
        foreach (OciMember member in members)
        {
            if (member.Name == text)
                return member;
        }
        foreach (OciMember member in members)
        {
            if (string.Equals(member.Name, text, StringComparison.OrdinalIgnoreCase))
                return member;
        }
        // The name alone, without its path, as NVIDIA's toolkit words it (RT-83).
        if (_unknown is null)
            throw new OciException(OciErrorReason.UnknownMember, $"json: unknown field \"{text}\"");
        _unknown.Add(_path.Count == 0 ? text : $"{string.Join('.', _path)}.{text}");
        return default;
    }

    private readonly string MapKey() => JsonText.Decode(_json.ValueSpan);

    // Whole numbers only, within the member's range; 64-bit values are compared exactly (RT-82).
    private readonly void Number(OciType type)
    {
        Expect(JsonTokenType.Number, type);
        bool fits = type.Kind switch
        {
            OciKind.Int32 => _json.TryGetInt32(out _),
            OciKind.Int64 => _json.TryGetInt64(out _),
            OciKind.UInt16 => _json.TryGetUInt16(out _),
            OciKind.UInt32 => _json.TryGetUInt32(out _),
            _ => _json.TryGetUInt64(out _),
        };
        if (!fits || _json.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0)
            throw Mismatch(type);
    }

    private readonly void Expect(JsonTokenType token, OciType type)
    {
        if (_json.TokenType != token)
            throw Mismatch(type);
    }

    private readonly OciException Mismatch(OciType type)
    {
        string found = _json.TokenType switch
        {
            JsonTokenType.StartObject => "object",
            JsonTokenType.StartArray => "array",
            JsonTokenType.String => "string",
            JsonTokenType.Number => "number " + Encoding.UTF8.GetString(_json.ValueSpan),
            _ => "bool",
        };
        string place = _path.Count == 0 ? "the document" : string.Join('.', _path);
        return new OciException(OciErrorReason.WrongType, string.Create(
            CultureInfo.InvariantCulture, $"json: cannot unmarshal {found} into {place}: expected {Expected(type)} (line {Line()})"));
    }

    private readonly int Line() => _source[..(int)_json.TokenStartIndex].Count((byte)'\n') + 1;

    private static string Expected(OciType type) => type.Kind switch
    {
        OciKind.String => "a string",
        OciKind.Bool => "true or false",
        OciKind.Int32 => "a whole number of 32 bits",
        OciKind.Int64 => "a whole number of 64 bits",
        OciKind.UInt16 => "a whole number of 16 bits that is not negative",
        OciKind.UInt32 => "a whole number of 32 bits that is not negative",
        OciKind.UInt64 => "a whole number of 64 bits that is not negative",
        OciKind.List => "a list",
        _ => "an object",
    };
}
