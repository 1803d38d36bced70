using GpuContainers.Oci.Json;

namespace GpuContainers.Oci;

/// <summary>
/// A container's config.json, edited without loss: one pass notes where things stand, edits replace single elements, and everything that no edit
/// touched comes out byte for byte as it came in: unknown members, the spelling of numbers, order and white space.
/// </summary>
public sealed partial class OciDocument
{
    private readonly ReadOnlyMemory<byte> _source;
    private readonly OciNode?[] _slots = new OciNode?[(int)OciSlot.DeviceRules + 1];
    private readonly List<string>? _unknown;
    private readonly OciNode _document;

    private JsonLine? _line;

    private OciDocument(ReadOnlyMemory<byte> source, bool strict)
    {
        _source = source;
        _unknown = strict ? null : [];
        _document = new OciReader(source.Span, _slots, _unknown).Read();
    }

    /// <summary>Whether an edit was made since the document was read.</summary>
    public bool Changed => _document.Changed;

    /// <summary>The members that the OCI runtime specification does not know, as dotted paths in document order; they are kept.</summary>
    public IReadOnlyList<string> UnknownMembers => _unknown ?? [];

    /// <summary>Whether anything but white space follows the value: most likely a file that was written over a longer one.</summary>
    public bool HasTrailingData => Source[_document.End..].IndexOfAnyExcept(" \t\r\n"u8) >= 0;

    private ReadOnlySpan<byte> Source => _source.Span;

    /// <summary>Reads a document; only the first JSON value counts, and null is an empty document.</summary>
    /// <param name="json">The bytes of the file; they must not change while the document is in use.</param>
    /// <param name="strict">Whether a member that the specification does not know is an error.</param>
    /// <exception cref="OciException">No JSON object, a value of the wrong type, or an unknown member in strict mode.</exception>
    public static OciDocument Parse(ReadOnlyMemory<byte> json, bool strict = false) => new(json, strict);

    /// <summary>The document with its edits; without edits the bytes that were read.</summary>
    public byte[] ToBytes()
    {
        if (!Changed)
            return Source.ToArray();
        var text = new OciText(Source);
        text.Copy(0, _document.Start);
        text.Write(_document);
        text.Copy(_document.End, Source.Length);
        return text.ToArray();
    }

    // A line to write one new element on; each copies what it needs of it. The joined hooks of a graphics host are the longest element.
    private JsonLine Line()
    {
        _line ??= new JsonLine(8 << 10);
        _line.Clear();
        return _line;
    }

    /// <summary>The value at a place, or null when it is absent or null in the text.</summary>
    private OciNode? Find(OciSlot slot)
    {
        OciNode? node = _slots[(int)slot];
        return node is null or { IsNull: true } ? null : node;
    }

    /// <summary>The value at a place, made, with all around it, when it is absent (RT-248, CDI-93).</summary>
    private OciNode Require(OciSlot slot)
    {
        if (_slots[(int)slot] is { } present)
        {
            if (present.IsNull)
            {
                present.IsNull = false;
                Fill(present);
            }
            return present;
        }
        (OciSlot outer, string name, OciKind kind) = Place(slot);
        OciNode parent = Require(outer);
        var node = new OciNode(slot, kind, parent);
        parent.Edit().Add(new OciPart(-1, -1, node, null, name));
        _slots[(int)slot] = node;
        Fill(node);
        return node;
    }

    // A process that did not exist has user 0:0 and an empty cwd (CDI-93).
    private void Fill(OciNode made)
    {
        List<OciPart> parts = made.Edit();
        if (made.Slot == OciSlot.Process)
        {
            Require(OciSlot.User);
            parts.Add(OciPart.From("\"cwd\":\"\""u8.ToArray()));
        }
        else if (made.Slot == OciSlot.User)
        {
            parts.Add(OciPart.From("\"uid\":0"u8.ToArray()));
            parts.Add(OciPart.From("\"gid\":0"u8.ToArray()));
        }
    }

    private static (OciSlot Outer, string Name, OciKind Kind) Place(OciSlot slot) => slot switch
    {
        OciSlot.Process => (OciSlot.Document, "process", OciKind.Object),
        OciSlot.User => (OciSlot.Process, "user", OciKind.Object),
        OciSlot.AdditionalGids => (OciSlot.User, "additionalGids", OciKind.List),
        OciSlot.Env => (OciSlot.Process, "env", OciKind.List),
        OciSlot.Mounts => (OciSlot.Document, "mounts", OciKind.List),
        OciSlot.Hooks => (OciSlot.Document, "hooks", OciKind.Object),
        OciSlot.Prestart => (OciSlot.Hooks, "prestart", OciKind.List),
        OciSlot.CreateRuntime => (OciSlot.Hooks, "createRuntime", OciKind.List),
        OciSlot.CreateContainer => (OciSlot.Hooks, "createContainer", OciKind.List),
        OciSlot.StartContainer => (OciSlot.Hooks, "startContainer", OciKind.List),
        OciSlot.Poststart => (OciSlot.Hooks, "poststart", OciKind.List),
        OciSlot.Poststop => (OciSlot.Hooks, "poststop", OciKind.List),
        OciSlot.Linux => (OciSlot.Document, "linux", OciKind.Object),
        OciSlot.Devices => (OciSlot.Linux, "devices", OciKind.List),
        OciSlot.NetDevices => (OciSlot.Linux, "netDevices", OciKind.Map),
        OciSlot.IntelRdt => (OciSlot.Linux, "intelRdt", OciKind.Object),
        OciSlot.Resources => (OciSlot.Linux, "resources", OciKind.Object),
        OciSlot.DeviceRules => (OciSlot.Resources, "devices", OciKind.List),
        _ => throw new InvalidOperationException($"no edit makes {slot}"),
    };

    private ReadOnlySpan<byte> Bytes(OciPart part) => part.Fresh ?? Source[part.Start..part.End];

    private string Text(OciSlot slot) => Find(slot) is { } node ? ElementReader.Text(Source[node.Start..node.End]) : "";

    private List<string> Texts(OciSlot slot)
    {
        var texts = new List<string>();
        if (Find(slot) is not { } node)
            return texts;
        foreach (OciPart part in node.Parts)
            texts.Add(ElementReader.Text(Bytes(part)));
        return texts;
    }
}

/// <summary>An error in an OCI document: config.json or the state that a runtime hands to its hooks.</summary>
public sealed class OciException : Exception
{
    /// <summary>Makes an error with its reason and a message that begins in lower case.</summary>
    public OciException(OciErrorReason reason, string message, Exception? inner = null) : base(message, inner) => Reason = reason;

    /// <summary>What kind of trouble it is.</summary>
    public OciErrorReason Reason { get; }
}

/// <summary>What kind of trouble an <see cref="OciException"/> reports.</summary>
public enum OciErrorReason
{
    /// <summary>The text is not JSON, or not a JSON object.</summary>
    Syntax,

    /// <summary>A member has a value of the wrong type or out of its range.</summary>
    WrongType,

    /// <summary>A member that the OCI runtime specification does not know, in strict mode.</summary>
    UnknownMember,

    /// <summary>A hook of a life cycle stage that does not exist.</summary>
    UnknownHookName,

    /// <summary>A file could not be opened or read.</summary>
    Unreadable,

    /// <summary>The container state lacks what is needed to find the container's root.</summary>
    IncompleteState,
}
