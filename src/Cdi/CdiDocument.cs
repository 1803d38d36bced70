using GpuContainers.Cdi.Reading;

namespace GpuContainers.Cdi;

/// <summary>A document as it stands in a text: its content, and where each member is.</summary>
public sealed class CdiDocument
{
    private readonly SpecNode? _root;

    internal CdiDocument(CdiSpec? spec, SpecNode? root, IReadOnlyList<CdiProblem> warnings)
    {
        Spec = spec;
        Warnings = warnings;
        _root = root;
    }

    /// <summary>The content; null when the text holds no document.</summary>
    public CdiSpec? Spec { get; }

    /// <summary>What is accepted but hardly meant, such as a member in two spellings.</summary>
    public IReadOnlyList<CdiProblem> Warnings { get; }

    /// <summary>The line and column, from 1, of a member such as "devices[2].containerEdits", or of the closest one around it that is there.</summary>
    public (int Line, int Column) PositionOf(string member)
    {
        if (_root is null)
            return (0, 0);
        SpecNode node = _root;
        foreach (string step in member.Replace("[", ".[").Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Child(node, step) is not { } child)
                break;
            node = child;
        }
        return (node.Line, node.Column);
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
