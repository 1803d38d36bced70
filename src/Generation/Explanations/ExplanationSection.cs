namespace GpuContainers.Generation.Explanations;

/// <summary>One part of a generation.</summary>
/// <param name="title">What was looked for.</param>
/// <param name="rule">Why it is in the specification, in words.</param>
/// <param name="isDevice">Whether the part is about the nodes of a device, which must have something to be a device.</param>
public sealed class ExplanationSection(string title, string rule, bool isDevice = false)
{
    private readonly List<ExplanationItem> _items = [];
    private readonly List<string> _places = [];

    /// <summary>What was looked for.</summary>
    public string Title { get; } = title;

    /// <summary>Why it is in the specification, in words.</summary>
    public string Rule { get; } = rule;

    /// <summary>Whether the part is about the nodes of a device.</summary>
    public bool IsDevice { get; } = isDevice;

    /// <summary>The host folders that were searched; empty when the items name whole paths.</summary>
    public IReadOnlyList<string> Places => _places;

    /// <summary>Each search and decision, in order, each once.</summary>
    public IReadOnlyList<ExplanationItem> Items => _items;

    internal void Add(ExplanationItem item)
    {
        if (!_items.Exists(known => known.Wanted == item.Wanted && known.Note == item.Note && known.Found.SequenceEqual(item.Found)))
            _items.Add(item);
    }

    internal void AddPlaces(IEnumerable<string> places) => _places.AddRange(places.Where(place => !_places.Contains(place)));
}
