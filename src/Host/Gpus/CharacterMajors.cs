namespace GpuContainers.Host.Gpus;

/// <summary>The majors of the driver's character devices, from /proc/devices.</summary>
public sealed class CharacterMajors
{
    private const long Limit = 1 << 20;

    private readonly Dictionary<string, uint> _majors = [];

    private CharacterMajors(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            // Block devices have numbers of their own (CT-180).
            if (line.StartsWith("Block devices", StringComparison.Ordinal))
                break;
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool isOurs = words.Length == 2 && words[1].StartsWith("nvidia", StringComparison.Ordinal);
            if (isOurs && uint.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint major))
                _majors[words[1]] = major;
        }
    }

    /// <summary>How many of the driver's names there are.</summary>
    public int Count => _majors.Count;

    /// <summary>Reads the majors below a system root; a missing file has none.</summary>
    public static CharacterMajors Read(string systemRoot) => From(LexicalPath.Join(systemRoot, "/proc/devices"), out _);

    /// <summary>Reads the majors from a file; none when it cannot be read.</summary>
    public static CharacterMajors From(string file, out Errno error) =>
        new(HostFile.TryReadAll(file, Limit, out byte[] bytes, out error) ? Encoding.UTF8.GetString(bytes) : "");

    /// <summary>Whether this very name is registered.</summary>
    public bool Has(string name) => _majors.ContainsKey(name);

    /// <summary>The major of a name, or null; "nvidia" is called "nvidia-frontend" by drivers before 550.40.</summary>
    public uint? Find(string name)
    {
        if (_majors.TryGetValue(name, out uint major))
            return major;
        return name == "nvidia" && _majors.TryGetValue("nvidia-frontend", out major) ? major : null;
    }
}
