namespace GpuContainers.Generation;

/// <summary>One part of the search.</summary>
/// <param name="title">What was looked for.</param>
/// <param name="rule">The requirement of discovery.md that says so.</param>
public sealed class ExplanationSection(string title, string rule)
{
    private readonly List<ExplanationItem> _items = [];

    /// <summary>What was looked for.</summary>
    public string Title { get; } = title;

    /// <summary>The requirement of discovery.md that says so.</summary>
    public string Rule { get; } = rule;

    /// <summary>Each search, in order, each once.</summary>
    public IReadOnlyList<ExplanationItem> Items => _items;

    internal void Add(ExplanationItem item)
    {
        if (!_items.Exists(known => known.Wanted == item.Wanted && known.Found.SequenceEqual(item.Found)))
            _items.Add(item);
    }
}
