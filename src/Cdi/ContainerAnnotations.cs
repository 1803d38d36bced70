namespace GpuContainers.Cdi;

/// <summary>Annotations of containers by which plugins request devices.</summary>
public static class ContainerAnnotations
{
    /// <summary>What the key of such an annotation begins with.</summary>
    public const string Prefix = "cdi.k8s.io/";

    private const int MaxNameBytes = 63;

    /// <summary>The key for a plugin and something that identifies the request, such as a pod's id.</summary>
    /// <exception cref="CdiException">One is empty, the name is too long, or it has characters that are not allowed.</exception>
    public static string Key(string plugin, string id)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        ArgumentNullException.ThrowIfNull(id);
        if (plugin.Length == 0 || id.Length == 0)
            throw Invalid("invalid plugin or device ID, empty");
        string name = $"{plugin}_{id.Replace('/', '_')}";
        if (Texts.Bytes(name) > MaxNameBytes)
            throw Invalid($"invalid plugin+deviceID \"{name}\", too long: at most {MaxNameBytes} bytes");
        for (int i = 0; i < name.Length; i++)
        {
            bool edge = i == 0 || i == name.Length - 1;
            if (!char.IsAsciiLetterOrDigit(name[i]) && (edge || name[i] is not ('_' or '-' or '.')))
                throw Invalid($"invalid name \"{name}\": letters and digits at both ends, between them also '_', '-' and '.'");
        }
        return Prefix + name;
    }

    /// <summary>The value that requests devices; every name must be a full one.</summary>
    /// <exception cref="CdiException">A name is not a full one.</exception>
    public static string Value(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (string name in names)
            _ = QualifiedDeviceName.Parse(name);
        return string.Join(",", names);
    }

    /// <summary>The annotations with a request added; null counts as none, and nothing is changed on failure.</summary>
    /// <exception cref="CdiException">The key is there already, or key or value cannot be made.</exception>
    public static IReadOnlyDictionary<string, string> Update(
        IReadOnlyDictionary<string, string>? annotations, string plugin, string id, IReadOnlyList<string> names)
    {
        string key = Key(plugin, id);
        var updated = new Dictionary<string, string>(annotations ?? ValueMap.Empty, StringComparer.Ordinal);
        if (!updated.TryAdd(key, Value(names)))
            throw new CdiException(CdiErrorReason.Exists, $"CDI annotation key collision, key \"{key}\" used");
        return updated;
    }

    /// <summary>The keys that request devices, in byte order, and the devices.</summary>
    /// <exception cref="CdiException">A value has a part that is not a full name.</exception>
    public static (IReadOnlyList<string> Keys, IReadOnlyList<string> Devices) Parse(IReadOnlyDictionary<string, string> annotations)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        var keys = new List<string>();
        var devices = new List<string>();
        foreach ((string key, string value) in Texts.InByteOrder(annotations))
        {
            if (!key.StartsWith(Prefix, StringComparison.Ordinal))
                continue;
            foreach (string name in value.Split(','))
            {
                if (!QualifiedDeviceName.TryParse(name, out _, out string reason))
                    throw Invalid($"invalid CDI device name \"{name}\" in annotation {key}: {reason}");
                devices.Add(name);
            }
            keys.Add(key);
        }
        return (keys, devices);
    }

    private static CdiException Invalid(string text) => new(CdiErrorReason.InvalidName, text);
}
