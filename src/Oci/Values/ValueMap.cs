using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace GpuContainers.Oci.Values;

/// <summary>Texts by their names that nobody can change; equals every other with the same names and texts, in whatever order.</summary>
internal sealed class ValueMap : IReadOnlyDictionary<string, string>, IEquatable<ValueMap>
{
    internal static readonly ValueMap Empty = new([]);

    private readonly Dictionary<string, string> _items;

    private ValueMap(Dictionary<string, string> items) => _items = items;

    public int Count => _items.Count;

    public IEnumerable<string> Keys => _items.Keys;

    public IEnumerable<string> Values => _items.Values;

    public string this[string key] => _items[key];

    /// <summary>A copy, except of what cannot change anyway.</summary>
    /// <param name="items">The caller's map.</param>
    /// <param name="name">What a null map or text is called in the exception: the property that is being set.</param>
    internal static ValueMap From(IReadOnlyDictionary<string, string> items, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(items, name);
        if (items is ValueMap same)
            return same;
        if (items.Count == 0)
            return Empty;
        var copy = new Dictionary<string, string>(items.Count, StringComparer.Ordinal);
        foreach ((string key, string text) in items)
            copy.Add(key, text ?? throw new ArgumentNullException($"{name}[{key}]"));
        return new ValueMap(copy);
    }

    public bool ContainsKey(string key) => _items.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => _items.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(ValueMap? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || other.Count != Count)
            return false;
        foreach ((string key, string text) in _items)
        {
            if (!other._items.TryGetValue(key, out string? same) || same != text)
                return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ValueMap);

    public override int GetHashCode()
    {
        int hash = Count;
        foreach (string key in _items.Keys)
            hash += key.GetHashCode(StringComparison.Ordinal);
        return hash;
    }

    public override string ToString() => $"{{{string.Join(", ", _items)}}}";
}
