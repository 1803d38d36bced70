namespace GpuContainers.Host.Files;

/// <summary>Lists of folders as users write them.</summary>
public static class SearchPath
{
    /// <summary>
    /// Each element split at ':'; an empty element adds nothing, while an empty field between two colons stays as an empty path. What was there
    /// before is left out.
    /// </summary>
    public static IReadOnlyList<string> Split(IReadOnlyList<string> elements)
    {
        var folders = new List<string>();
        foreach (string element in elements.Items())
        {
            if (element.Length == 0)
                continue;
            foreach (string folder in element.Split(':'))
            {
                if (!folders.Contains(folder))
                    folders.Add(folder);
            }
        }
        return folders;
    }
}
