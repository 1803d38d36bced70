using GpuContainers.Configuration;

namespace GpuContainers.Runtime.Requests;

/// <summary>
/// What a container's specification says about the devices it wants: environment, mounts, annotations, privileges.
/// It is taken from the specification as it was loaded, so that nothing an edit adds can change a request (RT-154).
/// </summary>
internal sealed class ContainerFacts
{
    private const int MostMalformed = 10;

    private readonly List<string> _environment = [];
    private readonly List<string> _malformed = [];
    private HashSet<string>? _entries;

    /// <summary>Takes over what a specification holds.</summary>
    /// <param name="environment">The entries <c>NAME=value</c> of <c>process.env</c>.</param>
    /// <param name="mounts">Source and destination of each mount, in order.</param>
    /// <param name="annotations">The annotations of the container.</param>
    /// <param name="isPrivileged">Whether the bounding set holds CAP_SYS_ADMIN (RT-104, LG-27).</param>
    /// <exception cref="CoreException">The environment is larger than any program's can be (SEC-27).</exception>
    public ContainerFacts(
        IEnumerable<string> environment,
        IReadOnlyList<(string Source, string Destination)> mounts,
        IReadOnlyDictionary<string, string> annotations,
        bool isPrivileged)
    {
        var size = new EnvironmentSize();
        foreach (string entry in environment)
        {
            size.Add(entry);
            // An entry without "=" asks for nothing and stays where it is (RT-101, LG-24).
            (entry.Contains('=') ? _environment : _malformed).Add(entry);
        }
        Mounts = mounts;
        Annotations = annotations;
        IsPrivileged = isPrivileged;
    }

    /// <summary>The entries of the environment that have no "=".</summary>
    public IReadOnlyList<string> MalformedEntries => _malformed;

    /// <summary>What is to be told about the entries of the environment that have no "=": a line for each of the first ones, then their number.</summary>
    public IReadOnlyList<string> MalformedNotes
    {
        get
        {
            var lines = new List<string>();
            foreach (string entry in _malformed[..Math.Min(_malformed.Count, MostMalformed)])
                lines.Add($"Ignoring environment entry without '=': {ShownValues.One(entry)}");
            if (_malformed.Count > MostMalformed)
                lines.Add($"Ignoring {_malformed.Count - MostMalformed} more environment entries without '='");
            return lines;
        }
    }

    /// <summary>Source and destination of each mount, in order.</summary>
    public IReadOnlyList<(string Source, string Destination)> Mounts { get; }

    /// <summary>The annotations of the container.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; }

    /// <summary>Whether the bounding set holds CAP_SYS_ADMIN.</summary>
    public bool IsPrivileged { get; }

    /// <summary>Images made before NVIDIA_REQUIRE_CUDA existed ask for all GPUs by naming a CUDA version (RT-105, LG-48).</summary>
    public bool IsLegacyCudaImage => Variable("CUDA_VERSION").Length > 0 && Variable("NVIDIA_REQUIRE_CUDA").Length == 0;

    /// <summary>Whether it asks for all that the CSV files of a Tegra system name, instead of the files that every one has (RT-191).</summary>
    public bool WantsAllCsvFiles => Variable("NVIDIA_REQUIRE_JETPACK") == "csv-mounts=all";

    /// <summary>The value of a variable of the container; empty when it is not set.</summary>
    public string Variable(string name) => Find(name) ?? "";

    /// <summary>Whether the container's environment has this very entry, <c>NAME=value</c>, be it one of several of its name.</summary>
    public bool HasEntry(string entry) => (_entries ??= new HashSet<string>(_environment, StringComparer.Ordinal)).Contains(entry);

    /// <summary>Whether the container has a variable of this name, be it empty.</summary>
    public bool HasVariable(string name) => Find(name) is not null;

    /// <summary>The container's variables whose names begin with a text, sorted bytewise by name; a repeated name has its last value (RT-203, LG-50).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> VariablesWithPrefix(string prefix)
    {
        // A table, because an image may have a hundred thousand of them (RT-265).
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string entry in _environment)
        {
            if (entry.StartsWith(prefix, StringComparison.Ordinal) && entry.IndexOf('=') is var equals && equals >= prefix.Length)
                values[entry[..equals]] = entry[(equals + 1)..];
        }
        var variables = new List<KeyValuePair<string, string>>(values);
        variables.Sort(static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        return variables;
    }

    // The text after the first "=" is the value; a repeated name takes its last value (RT-100). Few names are asked for: no table of all is made.
    private string? Find(string name)
    {
        for (int i = _environment.Count - 1; i >= 0; i--)
        {
            string entry = _environment[i];
            if (entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name, StringComparison.Ordinal))
                return entry[(name.Length + 1)..];
        }
        return null;
    }

    /// <summary>The boolean texts that Go's parser takes for true; any other text is not true (RT-200, LG-46).</summary>
    public bool IsTrue(string name) => GoBoolean.Parse(Variable(name)) is true;
}
