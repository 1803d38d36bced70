namespace GpuContainers.Runtime.Requirements;

/// <summary>The smallest part of a requirement: a property, an operator and a value, such as <c>cuda&gt;=12.0</c> (RT-207).</summary>
internal sealed class Factor
{
    private static readonly string[] s_operators = ["!=", "<=", ">=", "=", "<", ">"];
    private readonly string _text;
    private readonly string _property;
    private readonly string _operator;
    private readonly string _value;

    private Factor(string text, string property, string @operator, string value)
    {
        _text = text;
        _property = property;
        _operator = @operator;
        _value = value;
    }

    /// <summary>Reads one factor; null when it names a property that nobody knows, which then counts for nothing (RT-208).</summary>
    /// <exception cref="CoreException">It has no operator, or a version property has a value that is not a version.</exception>
    public static Factor? Parse(string text)
    {
        int end = text.AsSpan().IndexOfAny("<>=!");
        if (end < 0)
            throw new CoreException($"invalid constraint: {ShownValues.One(text)}");
        string property = text[..end];
        if (!HostProperties.IsKnown(property))
        {
            Log.Debug($"Skipping unsupported constraint: {text}");
            return null;
        }
        string rest = text[end..];
        string found = Array.Find(s_operators, candidate => rest.StartsWith(candidate, StringComparison.Ordinal)) ?? "";
        string value = rest[found.Length..];
        // Before any evaluation (RT-210).
        if (HostProperties.IsVersion(property) && SemanticVersion.Parse(value) is null)
            throw new CoreException("invalid version string: invalid semantic version");
        return new Factor(text, property, found, value);
    }

    /// <summary>Why the host does not have what is asked for, or nobody can tell; null when it has.</summary>
    public string? Failure(HostProperties host)
    {
        string actual = host.Value(_property);
        SemanticVersion? version = HostProperties.IsVersion(_property) ? SemanticVersion.Parse(actual) : null;
        // A property that could not be determined is an error only where it is asked for (RT-206).
        if (HostProperties.IsVersion(_property) && version is null)
            return $"invalid value for {_property}: invalid semantic version (this host does not tell it)";
        int order = version?.CompareTo(SemanticVersion.Parse(_value)) ?? string.CompareOrdinal(actual, _value);
        bool? holds = _operator switch
        {
            "!=" => order != 0,
            "<=" => order <= 0,
            ">=" => order >= 0,
            "=" => order == 0,
            "<" => order < 0,
            ">" => order > 0,
            // A lone "!" is not an operator (RT-208).
            _ => null,
        };
        return holds switch
        {
            true => null,
            false => $"unsatisfied condition: {ShownValues.One(_text)} ({_property}={actual})",
            null => "invalid operator ",
        };
    }

    /// <summary>The factor as it was written.</summary>
    public override string ToString() => _text;
}
