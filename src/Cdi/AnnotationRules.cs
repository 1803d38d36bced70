namespace GpuContainers.Cdi;

/// <summary>
/// The rules that annotations of documents and devices should keep. NVIDIA's toolkit means to enforce them and never does, so they are a check of
/// their own.
/// </summary>
public static class AnnotationRules
{
    private const int MaxTotalBytes = 262144;
    private const int MaxNameBytes = 63;
    private const int MaxPrefixBytes = 253;

    /// <summary>All violations in a document; their lines are 0.</summary>
    public static IReadOnlyList<CdiProblem> FindProblems(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var problems = new List<CdiProblem>();
        Add(problems, spec.Annotations, "annotations");
        for (int i = 0; i < spec.Devices.Count; i++)
            Add(problems, spec.Devices[i].Annotations, $"devices[{i}].annotations");
        return problems;
    }

    /// <summary>Why a key breaks the rules, or null.</summary>
    public static string? KeyProblem(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string lower = key.ToLowerInvariant();
        int slash = lower.IndexOf('/');
        string name = lower[(slash + 1)..];
        if (Texts.Bytes(name) is 0 or > MaxNameBytes)
            return $"the name of annotation key \"{key}\" must have 1 to {MaxNameBytes} characters";
        if (!IsLabel(name, extra: "_."))
            return $"the name of annotation key \"{key}\" must have letters or digits at both ends, between them also '-', '_' and '.'";
        if (slash < 0)
            return null;
        string prefix = lower[..slash];
        bool valid = Texts.Bytes(prefix) <= MaxPrefixBytes && Array.TrueForAll(prefix.Split('.'), label => IsLabel(label, extra: ""));
        return valid ? null : $"the prefix of annotation key \"{key}\" must be a DNS subdomain of at most {MaxPrefixBytes} characters";
    }

    private static void Add(List<CdiProblem> problems, IReadOnlyDictionary<string, string> annotations, string member)
    {
        long total = 0;
        foreach ((string key, string value) in Texts.InByteOrder(annotations))
        {
            total += Texts.Bytes(key) + Texts.Bytes(value);
            if (KeyProblem(key) is { } cause)
                problems.Add(new CdiProblem(member, cause, "rename the key"));
        }
        if (total > MaxTotalBytes)
            problems.Add(new CdiProblem(member, $"annotations have {total} bytes, more than {MaxTotalBytes}", "rename the key"));
    }

    private static bool IsLabel(string text, string extra)
    {
        if (text.Length == 0 || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
            return false;
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-' && !extra.Contains(c))
                return false;
        }
        return true;
    }
}
