using GpuContainers.Cdi.Reading;

namespace GpuContainers.Cdi;

/// <summary>Reads CDI documents from YAML or JSON text.</summary>
public static class CdiSpecReader
{
    /// <summary>Reads and validates a document.</summary>
    /// <param name="bytes">The text: UTF-8, or UTF-16 with a byte order mark.</param>
    /// <param name="fileName">The name for error messages; may be empty.</param>
    /// <param name="options">How to check.</param>
    /// <exception cref="CdiException">There is no document, or it has problems; all of them are in the exception.</exception>
    public static CdiSpec Read(ReadOnlySpan<byte> bytes, string fileName = "", CdiOptions? options = null)
    {
        CdiDocument document = Parse(bytes, fileName);
        // Text without a document is fine until someone needs the document (CDI-14).
        if (document.Spec is not { } spec)
            throw CdiException.From(CdiErrorReason.Empty, fileName, [new CdiProblem("", "no Spec data", "write a document, or remove the file")]);
        IReadOnlyList<CdiProblem> problems = spec.Validate(options);
        if (problems.Count == 0)
            return spec;
        var placed = new List<CdiProblem>(problems.Count);
        foreach (CdiProblem problem in problems)
            placed.Add(document.Place(problem));
        throw CdiException.From(CdiErrorReason.Invalid, fileName, placed);
    }

    /// <summary>Reads and validates a document; the stream is read to its end and stays open.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string, CdiOptions?)"/>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static CdiSpec Read(Stream stream, string fileName = "", CdiOptions? options = null) => Read(ToEnd(stream, fileName), fileName, options);

    /// <summary>Reads and validates a document; the text is read to its end and the reader stays open.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string, CdiOptions?)"/>
    /// <exception cref="IOException">The text cannot be read.</exception>
    public static CdiSpec Read(TextReader reader, string fileName = "", CdiOptions? options = null) => Read(ToEnd(reader), fileName, options);

    /// <summary>Reads a document without validating it.</summary>
    /// <param name="bytes">The text: UTF-8, or UTF-16 with a byte order mark.</param>
    /// <param name="fileName">The name for error messages; may be empty.</param>
    /// <exception cref="CdiException">The text is malformed, or has members that the format does not know.</exception>
    public static CdiDocument Parse(ReadOnlySpan<byte> bytes, string fileName = "")
    {
        ArgumentNullException.ThrowIfNull(fileName);
        SpecNode? root = Root(bytes, fileName);
        if (root is null || IsNothing(root))
            return new CdiDocument(null, root, []);
        var binder = new SpecBinder();
        CdiSpec spec = binder.Spec(root);
        List<CdiProblem> problems = binder.Problems;
        if (problems.Count > 0)
            throw CdiException.From(CdiErrorReason.Structure, fileName, problems);
        return new CdiDocument(spec, root, binder.Warnings);
    }

    /// <summary>Reads a document without validating it; the stream is read to its end and stays open.</summary>
    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, string)"/>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static CdiDocument Parse(Stream stream, string fileName = "") => Parse(ToEnd(stream, fileName), fileName);

    /// <summary>Reads a document without validating it; the text is read to its end and the reader stays open.</summary>
    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, string)"/>
    /// <exception cref="IOException">The text cannot be read.</exception>
    public static CdiDocument Parse(TextReader reader, string fileName = "") => Parse(ToEnd(reader), fileName);

    private static byte[] ToEnd(Stream stream, string fileName)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        byte[] part = new byte[16384];
        while (stream.Read(part) is > 0 and int count)
        {
            content.Write(part, 0, count);
            // An endless stream must not take all memory.
            if (content.Length > CdiSpecFile.SizeLimit)
                throw new CdiException(CdiErrorReason.FileSystem, $"{fileName}: more bytes than the {CdiSpecFile.SizeLimit} that a CDI Spec may have");
        }
        return content.ToArray();
    }

    private static byte[] ToEnd(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd());
    }

    private static SpecNode? Root(ReadOnlySpan<byte> bytes, string fileName)
    {
        string? text = null;
        if (LooksLikeJson(bytes))
        {
            // Also on this way the bytes must be valid UTF-8.
            text = SpecText.Decode(bytes, fileName);
            if (JsonTree.Read(bytes) is { } root)
                return root;
        }
        text ??= SpecText.Decode(bytes, fileName);
        SpecText.Check(text, fileName);
        return YamlTree.Read(text, fileName);
    }

    private static bool LooksLikeJson(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> start = bytes.TrimStart(" \r\n"u8);
        return start.Length > 0 && start[0] == (byte)'{';
    }

    private static bool IsNothing(SpecNode root) =>
        root.Kind == SpecNodeKind.Scalar && ScalarValue.TryResolve(root, out ScalarValue value, out _) && value.Kind == ScalarKind.Null;
}

/// <summary>A document as it stands in a text: its content, and where each member is.</summary>
public sealed class CdiDocument
{
    internal CdiDocument(CdiSpec? spec, SpecNode? root, IReadOnlyList<CdiProblem> warnings)
    {
        Spec = spec;
        Warnings = ValueList<CdiProblem>.From(warnings);
        Root = root;
    }

    /// <summary>The content; null when the text holds no document.</summary>
    public CdiSpec? Spec { get; }

    /// <summary>The text as nodes; null when there is nothing in it.</summary>
    internal SpecNode? Root { get; }

    /// <summary>What is accepted but hardly meant, such as a member in two spellings.</summary>
    public IReadOnlyList<CdiProblem> Warnings { get; }

    /// <summary>The line and column, from 1, of a member such as "devices[2].containerEdits", or of the closest one around it that is there.</summary>
    public (int Line, int Column) FindPosition(string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (Root is null)
            return (0, 0);
        SpecNode node = Root;
        foreach (string step in member.Replace("[", ".[").Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Child(node, step) is not { } child)
                break;
            node = child;
        }
        return (node.Line, node.Column);
    }

    /// <summary>A problem of the content with the line and column of its member.</summary>
    internal CdiProblem Place(CdiProblem problem)
    {
        (int line, int column) = FindPosition(problem.Member);
        return problem with { Line = line, Column = column };
    }

    private static SpecNode? Child(SpecNode node, string step)
    {
        if (step[0] == '[' && int.TryParse(step.AsSpan(1, step.Length - 2), out int index))
            return index < node.Items.Count ? node.Items[index] : null;
        SpecNode? found = null;
        foreach ((SpecNode key, SpecNode value) in node.Members)
        {
            if (key.Text == step)
                return value;
            if (string.Equals(key.Text, step, StringComparison.OrdinalIgnoreCase))
                found = value;
        }
        return found;
    }
}
