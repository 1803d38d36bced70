namespace GpuContainers.Runtime.Create;

/// <summary>The flag that names the bundle directory: <c>-b</c> or <c>--bundle</c>, with any number of dashes (RT-71, RT-73).</summary>
internal static class BundleFlag
{
    /// <summary>Whether the element is a bundle flag whose value is the next element.</summary>
    public static bool IsStandAlone(string element) => element.StartsWith('-') && element.AsSpan().TrimStart('-') is "b" or "bundle";

    /// <summary>The value of the last bundle flag; empty without one; null when the last element is a flag that lacks its value (RT-74).</summary>
    public static string? Value(IReadOnlyList<string> argv)
    {
        string value = "";
        for (int i = 0; i < argv.Count; i++)
        {
            if (IsStandAlone(argv[i]))
            {
                if (i + 1 == argv.Count)
                    return null;
                // Any value is consumed, also one that begins with a dash (RT-73).
                value = argv[++i];
            }
            else if (argv[i].StartsWith('-') && argv[i].Contains('=') && LogOptions.Name(argv[i]) is "b" or "bundle")
            {
                value = argv[i][(argv[i].IndexOf('=') + 1)..];
            }
        }
        return value;
    }
}
