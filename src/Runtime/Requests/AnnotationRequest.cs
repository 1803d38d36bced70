namespace GpuContainers.Runtime.Requests;

/// <summary>Device names asked for by annotations, the way Kubernetes and engines name CDI devices.</summary>
internal static class AnnotationRequest
{
    /// <summary>
    /// The elements of all annotations whose key begins with a prefix, keys sorted, values split at commas. Elements are neither trimmed nor
    /// checked here; an empty value gives one empty element (RT-117).
    /// </summary>
    public static List<string> Devices(ContainerFacts image, IReadOnlyList<string> prefixes)
    {
        var chosen = new List<KeyValuePair<string, string>>();
        foreach (KeyValuePair<string, string> annotation in image.Annotations)
        {
            if (HasPrefix(annotation.Key, prefixes))
                chosen.Add(annotation);
        }
        chosen.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var devices = new List<string>();
        foreach (KeyValuePair<string, string> annotation in chosen)
            devices.AddRange(annotation.Value.Split(','));
        return devices;
    }

    private static bool HasPrefix(string key, IReadOnlyList<string> prefixes)
    {
        foreach (string prefix in prefixes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
