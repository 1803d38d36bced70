using System.Buffers;
using System.Text;

namespace GpuContainers.Oci.Json;

/// <summary>
/// Writes JSON on one line without insignificant whitespace, with the escapes of NVIDIA's writer: the default
/// encoder of .NET escapes more than that.
/// </summary>
/// <param name="room">How many bytes are likely to be written.</param>
internal sealed class JsonLine(int room = 256)
{
    // Printable ASCII that stands for itself: nearly all texts consist of it.
    private static readonly SearchValues<char> s_plain = SearchValues.Create(
        " !#$%'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private byte[] _bytes = new byte[room];
    private int _length;
    private bool _comma;

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Begins anew, in the same memory.</summary>
    public void Clear()
    {
        _length = 0;
        _comma = false;
    }

    /// <summary>What was written so far, as an array of its own.</summary>
    public byte[] ToArray() => Written.ToArray();

    /// <summary>One object as a line of text.</summary>
    /// <param name="members">Writes its members.</param>
    public static string Object(Action<JsonLine> members) => Encoding.UTF8.GetString(Bytes(members));

    /// <summary>One object as a line of bytes.</summary>
    /// <param name="members">Writes its members.</param>
    public static byte[] Bytes(Action<JsonLine> members)
    {
        var json = new JsonLine();
        json.BeginObject();
        members(json);
        json.EndObject();
        return [.. json.Written, (byte)'\n'];
    }

    /// <summary>Opens an object.</summary>
    public void BeginObject() => Open((byte)'{');

    /// <summary>Closes the innermost object.</summary>
    public void EndObject() => Close((byte)'}');

    /// <summary>Opens a list.</summary>
    public void BeginList() => Open((byte)'[');

    /// <summary>Closes the innermost list.</summary>
    public void EndList() => Close((byte)']');

    /// <summary>Writes a member's name; its value must follow.</summary>
    public void Name(string name)
    {
        Value(name);
        Put((byte)':');
        _comma = false;
    }

    /// <summary>Writes a string.</summary>
    public void Value(string text)
    {
        Separate();
        Put((byte)'"');
        int start = 0, plain = text.AsSpan().IndexOfAnyExcept(s_plain);
        for (int i = plain < 0 ? text.Length : plain; i < text.Length; i++)
        {
            if (!NeedsEscape(text, i))
            {
                if (char.IsHighSurrogate(text[i]))
                    i++;
                continue;
            }
            Raw(text.AsSpan(start, i - start));
            Escape(text[i]);
            start = i + 1;
        }
        Raw(text.AsSpan(start));
        Put((byte)'"');
        _comma = true;
    }

    /// <summary>Writes a whole number.</summary>
    public void Value(long number)
    {
        Separate();
        Ensure(20);
        number.TryFormat(_bytes.AsSpan(_length), out int written);
        _length += written;
        _comma = true;
    }

    /// <summary>Writes true or false.</summary>
    public void Value(bool flag)
    {
        Separate();
        Put(flag ? "true"u8 : "false"u8);
        _comma = true;
    }

    /// <summary>Writes a list of strings.</summary>
    public void Value(IReadOnlyList<string> items)
    {
        BeginList();
        for (int i = 0; i < items.Count; i++)
            Value(items[i]);
        EndList();
    }

    /// <summary>Writes a member with a string.</summary>
    public void Member(string name, string text)
    {
        Name(name);
        Value(text);
    }

    /// <summary>Writes a member with a whole number.</summary>
    public void Member(string name, long number)
    {
        Name(name);
        Value(number);
    }

    /// <summary>Writes a member with true or false.</summary>
    public void Member(string name, bool flag)
    {
        Name(name);
        Value(flag);
    }

    /// <summary>Writes a member with a list of strings.</summary>
    public void Member(string name, IReadOnlyList<string> items)
    {
        Name(name);
        Value(items);
    }

    /// <summary>Writes a member with a list of objects.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="items">What the objects are made from.</param>
    /// <param name="members">Writes the members of one.</param>
    public void Member<T>(string name, IEnumerable<T> items, Action<T> members)
    {
        Name(name);
        BeginList();
        foreach (T item in items)
        {
            BeginObject();
            members(item);
            EndObject();
        }
        EndList();
    }

    /// <summary>Writes a member with a string, unless that is empty.</summary>
    public void Optional(string name, string text)
    {
        if (text.Length > 0)
            Member(name, text);
    }

    /// <summary>Writes a member with a number, unless that is null.</summary>
    public void Optional(string name, long? number)
    {
        if (number is { } value)
            Member(name, value);
    }

    /// <summary>Writes a member with a list, unless that is empty.</summary>
    public void Optional(string name, IReadOnlyList<string> items)
    {
        if (items.Count > 0)
            Member(name, items);
    }

    private static bool NeedsEscape(string text, int index)
    {
        char c = text[index];
        if (c < 0x80)
            return c < 0x20 || c is '"' or '\\' or '<' or '>' or '&';
        if (char.IsHighSurrogate(c))
            return index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1]);
        return char.IsLowSurrogate(c) || c is '\u2028' or '\u2029';
    }

    private void Escape(char c)
    {
        ReadOnlySpan<byte> known = c switch
        {
            '"' => "\\\""u8,
            '\\' => "\\\\"u8,
            '\b' => "\\b"u8,
            '\f' => "\\f"u8,
            '\n' => "\\n"u8,
            '\r' => "\\r"u8,
            '\t' => "\\t"u8,
            _ => default,
        };
        if (!known.IsEmpty)
        {
            Put(known);
            return;
        }
        Put("\\u"u8);
        int code = char.IsSurrogate(c) ? 0xfffd : c;
        for (int shift = 12; shift >= 0; shift -= 4)
            Put("0123456789abcdef"u8[(code >> shift) & 0xf]);
    }

    private void Open(byte bracket)
    {
        Separate();
        Put(bracket);
        _comma = false;
    }

    private void Close(byte bracket)
    {
        Put(bracket);
        _comma = true;
    }

    private void Separate()
    {
        if (_comma)
            Put((byte)',');
    }

    private void Raw(ReadOnlySpan<char> text)
    {
        // Exactly as much as a long text needs; a short one is not worth the look.
        Ensure(text.Length <= 64 ? text.Length * 3 : Encoding.UTF8.GetByteCount(text));
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    private void Put(byte single)
    {
        Ensure(1);
        _bytes[_length++] = single;
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Ensure(int more)
    {
        if (_length + more > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
    }
}
