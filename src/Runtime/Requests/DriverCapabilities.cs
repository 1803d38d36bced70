namespace GpuContainers.Runtime.Requests;

/// <summary>A set of parts of the driver that a container uses, such as <c>compute</c> or <c>graphics</c> (RT-138, LG-40, LG-41).</summary>
internal sealed class DriverCapabilities
{
    /// <summary>Every capability there is, in the order of the names.</summary>
    public static readonly DriverCapabilities Supported = Parse("compat32,compute,display,graphics,ngx,utility,video");

    /// <summary>What a container gets that does not say.</summary>
    public static readonly DriverCapabilities Default = Parse("utility,compute");

    private const string All = "all";
    private readonly SortedSet<string> _names;

    private DriverCapabilities(SortedSet<string> names) => _names = names;

    /// <summary>The names in ascending order; the word <c>all</c> stands for itself.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Whether the word <c>all</c> is in the set.</summary>
    public bool IsAll => _names.Contains(All);

    /// <summary>Reads a comma-separated text: blanks trimmed, empty elements dropped.</summary>
    public static DriverCapabilities Parse(string text)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string name in CommaList.Split(text))
            names.Add(name);
        return new DriverCapabilities(names);
    }

    /// <summary>Whether the capability is in the set, by its name or by <c>all</c>.</summary>
    public bool Has(string name) => IsAll || _names.Contains(name);

    /// <summary>Whether every name of the other set is in this one.</summary>
    public bool Includes(DriverCapabilities other)
    {
        foreach (string name in other._names)
        {
            if (!Has(name))
                return false;
        }
        return true;
    }

    /// <summary>What both sets have; the other set when this one is <c>all</c>, and the reverse.</summary>
    public DriverCapabilities Intersect(DriverCapabilities other)
    {
        if (IsAll)
            return other;
        if (other.IsAll)
            return this;
        var names = new SortedSet<string>(_names, StringComparer.Ordinal);
        names.IntersectWith(other._names);
        return new DriverCapabilities(names);
    }

    /// <summary><c>all</c>, or the sorted names joined by commas.</summary>
    public override string ToString() => IsAll ? All : string.Join(',', _names);
}

/// <summary>Lists separated by commas, as variables of containers hold them.</summary>
internal static class CommaList
{
    /// <summary>The elements, blanks around them trimmed, empty ones dropped (RT-125, LG-35).</summary>
    public static List<string> Split(string text)
    {
        var elements = new List<string>();
        foreach (Range range in text.AsSpan().Split(','))
        {
            ReadOnlySpan<char> element = text.AsSpan(range).Trim();
            if (element.Length > 0)
                elements.Add(element.ToString());
        }
        return elements;
    }
}
