namespace GpuContainers.Configuration;

/// <summary>What /etc/os-release says about the family of the system (os-release(5)).</summary>
public static class OperatingSystemRelease
{
    /// <summary>The default of <c>nvidia-container-cli.user</c> on SUSE-like systems.</summary>
    public const string SuseUser = "root:video";

    /// <summary>Whether the system is SUSE-like; false when the file cannot be read.</summary>
    public static bool IsSuse(string path = "/etc/os-release")
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        return IsSuse(lines);
    }

    // The first ID_LIKE line alone decides; the ID line does not count (CF-52).
    private static bool IsSuse(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            if (!line.StartsWith("ID_LIKE=", StringComparison.Ordinal))
                continue;
            string[] words = line["ID_LIKE=".Length..].Trim('"').Split(' ');
            return words.AsSpan().Contains("suse") || words.AsSpan().Contains("opensuse");
        }
        return false;
    }
}
