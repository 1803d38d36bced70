namespace GpuContainers.Runtime.Requirements;

/// <summary>
/// What an image demands of the host: terms separated by blanks of which one must hold, each of factors separated by commas that must all hold
/// (RT-207).
/// </summary>
internal sealed class Requirement
{
    private readonly List<List<Factor>> _terms;

    private Requirement(List<List<Factor>> terms) => _terms = terms;

    /// <summary>Reads one requirement. Blank terms and factors, and terms that are left without a factor, count for nothing (RT-207, RT-208).</summary>
    /// <exception cref="CoreException">A factor cannot be read.</exception>
    public static Requirement Parse(string text)
    {
        var terms = new List<List<Factor>>();
        foreach (string term in text.Split(' '))
        {
            var factors = new List<Factor>();
            foreach (string factor in term.Split(','))
            {
                if (!string.IsNullOrWhiteSpace(factor) && Factor.Parse(factor) is { } known)
                    factors.Add(known);
            }
            if (factors.Count > 0)
                terms.Add(factors);
        }
        return new Requirement(terms);
    }

    /// <summary>Passes when a term holds, or when nothing is left to hold.</summary>
    /// <exception cref="CoreException">No term holds.</exception>
    public void Assert(HostProperties host)
    {
        if (_terms.Count == 0)
            return;
        // No exception for each term: there may be any number of them (RT-265).
        string? failure = null;
        foreach (List<Factor> term in _terms)
        {
            // An error inside a term counts as "does not hold" (RT-211).
            failure = FailureOf(term, host);
            if (failure is null)
                return;
        }
        // A single term says which of its factors failed.
        throw new CoreException(
            _terms.Count == 1 ? failure! : $"{ShownValues.One(string.Join("||", _terms.ConvertAll(static term => string.Join("&&", term))))} not met");
    }

    // AND fails at the first factor that does not hold (RT-211).
    private static string? FailureOf(List<Factor> term, HostProperties host)
    {
        foreach (Factor factor in term)
        {
            if (factor.Failure(host) is { } failure)
                return failure;
        }
        return null;
    }
}

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
