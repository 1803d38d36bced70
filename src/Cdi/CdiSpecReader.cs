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
    public static CdiSpec Read(ReadOnlySpan<byte> bytes, string fileName, CdiOptions? options = null)
    {
        CdiDocument document = Parse(bytes, fileName);
        // A file without a document is an error, a text without one is not (CDI-14).
        if (document.Spec is not { } spec)
            throw CdiException.Of(CdiErrorReason.Empty, fileName, [new CdiProblem(0, 0, "", "no Spec data")]);
        IReadOnlyList<CdiProblem> problems = SpecValidation.Problems(spec, options);
        if (problems.Count == 0)
            return spec;
        var placed = new List<CdiProblem>(problems.Count);
        foreach (CdiProblem problem in problems)
        {
            (int line, int column) = document.PositionOf(problem.Member);
            placed.Add(problem with { Line = line, Column = column });
        }
        throw CdiException.Of(CdiErrorReason.Invalid, fileName, placed);
    }

    /// <summary>Reads a document without validating it.</summary>
    /// <exception cref="CdiException">The text is malformed, or has members that the format does not know.</exception>
    public static CdiDocument Parse(ReadOnlySpan<byte> bytes, string fileName)
    {
        SpecNode? root = Root(bytes, fileName);
        if (root is null || IsNothing(root))
            return new CdiDocument(null, root, []);
        var binder = new SpecBinder();
        CdiSpec spec = binder.Spec(root);
        List<CdiProblem> problems = binder.Problems;
        if (problems.Count > 0)
            throw CdiException.Of(CdiErrorReason.Structure, fileName, problems);
        return new CdiDocument(spec, root, binder.Warnings);
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
