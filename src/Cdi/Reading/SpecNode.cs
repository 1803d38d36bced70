namespace GpuContainers.Cdi.Reading;

/// <summary>A value in a document, read from YAML or JSON. Aliases share the node of their anchor.</summary>
internal sealed class SpecNode(SpecNodeKind kind, int line, int column)
{
    internal SpecNodeKind Kind { get; } = kind;

    /// <summary>The line, counted from 1.</summary>
    internal int Line { get; } = line;

    /// <summary>The column, counted from 1.</summary>
    internal int Column { get; } = column;

    /// <summary>The text of a scalar.</summary>
    internal string Text { get; init; } = "";

    /// <summary>Whether a scalar's type follows from its text; quoted ones are strings (CDI-21).</summary>
    internal bool IsPlain { get; init; }

    /// <summary>The tag, in its long form; empty when there is none.</summary>
    internal string Tag { get; init; } = "";

    /// <summary>The elements of a list.</summary>
    internal List<SpecNode> Items { get; } = kind == SpecNodeKind.List ? [] : Nothing;

    /// <summary>The members of a map in document order.</summary>
    internal List<KeyValuePair<SpecNode, SpecNode>> Members { get; } = kind == SpecNodeKind.Map ? [] : NoMembers;

    private static List<SpecNode> Nothing { get; } = [];

    private static List<KeyValuePair<SpecNode, SpecNode>> NoMembers { get; } = [];

    /// <summary>How many nodes this one is made of when every alias is written out; saturates.</summary>
    internal long Size { get; set; } = 1;

    internal string KindName => Kind switch { SpecNodeKind.List => "list", SpecNodeKind.Map => "object", _ => "scalar" };
}

/// <summary>What a node of a document is.</summary>
internal enum SpecNodeKind
{
    Scalar,
    List,
    Map,
}
