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
