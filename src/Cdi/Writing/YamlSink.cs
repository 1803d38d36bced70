namespace GpuContainers.Cdi.Writing;

/// <summary>Writes YAML in block style with NVIDIA's indentation (CDI-176, CDI-177).</summary>
internal sealed class YamlSink : ISpecSink
{
    // A longer key, or one with anything that older readers take for a line end, is written in explicit form (CDI-181).
    private const int MaxSimpleKeyBytes = 128;
    private const string LineEnds = "\n\r\x85\u2028\u2029";

    private readonly StringBuilder _text = new("---\n");
    private readonly Stack<Frame> _frames = new();

    public void BeginObject()
    {
        if (_frames.Count == 0)
            _frames.Push(new Frame(false, 0, startsOnNewLine: true));
        else if (_frames.Peek() is { IsList: true } list)
            _frames.Push(new Frame(false, Item(list) + 2, startsOnNewLine: false));
        else
            _frames.Push(new Frame(false, BelowKey(), startsOnNewLine: true));
    }

    public void EndObject()
    {
        if (!_frames.Pop().HasParts)
            _text.Append(_frames.Count > 0 && !_frames.Peek().IsList ? " {}\n" : "{}\n");
    }

    public void BeginList() => _frames.Push(new Frame(true, BelowKey(), startsOnNewLine: true));

    public void EndList()
    {
        if (!_frames.Pop().HasParts)
            _text.Append(" []\n");
    }

    public void Name(string name)
    {
        Frame map = _frames.Peek();
        if (!map.HasParts && map.StartsOnNewLine && map.Column > 0)
            _text.Append('\n');
        if (map.HasParts || map.StartsOnNewLine)
            _text.Append(' ', map.Column);
        map.HasParts = true;
        if (!name.AsSpan().ContainsAny(LineEnds) && Texts.Bytes(name) <= MaxSimpleKeyBytes)
        {
            YamlScalar.Append(_text, name, BelowKey());
            _text.Append(':');
            return;
        }
        _text.Append("? ");
        YamlScalar.Append(_text, name, BelowKey());
        _text.Append('\n').Append(' ', map.Column).Append(':');
    }

    public void Value(string text)
    {
        int column = Before();
        YamlScalar.Append(_text, text, column);
        _text.Append('\n');
    }

    public void Value(long number)
    {
        Before();
        _text.Append(number).Append('\n');
    }

    public void Value(bool flag)
    {
        Before();
        _text.Append(flag ? "true\n" : "false\n");
    }

    internal byte[] ToArray() => Encoding.UTF8.GetBytes(_text.ToString());

    /// <summary>What stands before a scalar; the column of a nested child is returned.</summary>
    private int Before()
    {
        Frame frame = _frames.Peek();
        if (frame.IsList)
            return Item(frame) + 2;
        _text.Append(' ');
        return BelowKey();
    }

    private int Item(Frame list)
    {
        if (!list.HasParts)
            _text.Append('\n');
        list.HasParts = true;
        _text.Append(' ', list.Column).Append("- ");
        return list.Column;
    }

    // The next multiple of four strictly above the column of the key.
    private int BelowKey() => ((_frames.Peek().Column / 4) + 1) * 4;

    private sealed class Frame(bool isList, int column, bool startsOnNewLine)
    {
        internal bool IsList { get; } = isList;

        internal int Column { get; } = column;

        internal bool StartsOnNewLine { get; } = startsOnNewLine;

        internal bool HasParts { get; set; }
    }
}
