using System.Text.RegularExpressions;

namespace GpuContainers.Ctk.Doctor.Bundle;

/// <summary>
/// Takes out of texts what tells whose machine it is: the host's name, the names of its users, every UUID. What is replaced gets the same stand-in everywhere,
/// so that two texts that agreed still do.
/// </summary>
internal sealed partial class Privacy
{
    private const int ShortestHostName = 3;
    // Names of hosts and users that nobody is known by, or that stand in every path.
    private static readonly string[] s_common =
    [
        "admin", "cdi", "container", "containerd", "core", "cuda", "debian", "dev", "docker", "driver", "etc", "fedora", "gpu", "hook", "host", "lib", "linux",
        "localhost", "nobody", "nvidia", "podman", "proc", "root", "run", "runtime", "sys", "toolkit", "ubuntu", "user", "usr", "var",
    ];

    private readonly Dictionary<string, string> _uuids = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _hidden = [];
    private readonly List<(Regex Name, string StandIn, string What)> _names = [];
    private readonly List<(Regex Name, string StandIn, string What)> _words = [];
    private readonly bool _keepsUuids;

    /// <summary>Replaces certain names.</summary>
    /// <param name="host">The host's name; may be empty.</param>
    /// <param name="users">The names of its users.</param>
    /// <param name="keepsUuids">Whether UUIDs stay.</param>
    public Privacy(string host, IReadOnlyList<string> users, bool keepsUuids)
    {
        _keepsUuids = keepsUuids;
        foreach (string name in (string[])[host, host.Split('.')[0]])
            Hide(_names, name, "host", name.Length < ShortestHostName ? null : "(?<![a-z0-9]){0}(?![a-z0-9])");
        foreach (string user in users.Distinct())
        {
            // As a word only where a person is meant: a user called "dev" is not the folder of the devices.
            Hide(_words, user, "someone", @"(?<![\w/.-]){0}(?![\w-])");
            Hide(_names, user, "someone", "(?<=/home/|/Users/|~){0}(?![\\w.-])");
        }
    }

    /// <summary>What was replaced so far, such as "2 UUIDs".</summary>
    public IReadOnlyList<string> Replaced =>
    [
        .. _uuids.Count > 0 && !_keepsUuids ? (string[])[Text.Count(_uuids.Count, "UUID")] : [],
        .. _hidden.Order(StringComparer.Ordinal),
    ];

    /// <summary>By what a machine says of itself and its users.</summary>
    public static Privacy Of(Machine machine, bool keepsUuids)
    {
        const int firstPerson = 1000, firstReserved = 60000;
        IEnumerable<string> users = (machine.Text("/etc/passwd") ?? "").Split('\n').Select(static line => line.Split(':'))
            .Where(static fields => fields.Length > 2 && int.TryParse(fields[2], NumberStyles.None, null, out int id)
                && id is >= firstPerson and < firstReserved)
            .Select(static fields => fields[0]);
        string name = machine.Line("/proc/sys/kernel/hostname");
        return new Privacy(name.Length > 0 ? name : machine.Line("/etc/hostname"), [.. users], keepsUuids);
    }

    /// <summary>
    /// Gives these UUIDs their stand-ins, whose order is that of the UUIDs themselves: what is sorted by them stays in its order.
    /// </summary>
    public void Learn(IEnumerable<string> texts)
    {
        foreach (string uuid in texts.SelectMany(static text => Uuid().Matches(text)).Select(static match => match.Value).Order(StringComparer.Ordinal))
            _ = StandIn(uuid);
    }

    /// <summary>The text without them.</summary>
    public string Clean(string text) => Replace(_keepsUuids ? text : Uuid().Replace(text, match => StandIn(match.Value)), _names);

    /// <summary>A sentence without them, in which names of users stand as words.</summary>
    public string CleanSentence(string text) => Replace(Clean(text), _words);

    private string Replace(string clean, IEnumerable<(Regex Name, string StandIn, string What)> names)
    {
        foreach ((Regex name, string standIn, string what) in names)
        {
            if (!name.IsMatch(clean))
                continue;
            clean = name.Replace(clean, standIn);
            _hidden.Add(what);
        }
        return clean;
    }

    private string StandIn(string uuid)
    {
        if (!_uuids.TryGetValue(uuid, out string? known))
        {
            string number = (_uuids.Count + 1).ToString("x8", CultureInfo.InvariantCulture);
            _uuids[uuid] = known = $"{number}-0000-4000-8000-0000{number}";
        }
        return known;
    }

    private static void Hide(List<(Regex Name, string StandIn, string What)> names, string name, string standIn, string? pattern)
    {
        if (name.Length == 0 || pattern is null || s_common.Contains(name, StringComparer.OrdinalIgnoreCase))
            return;
        var form = new Regex(string.Format(CultureInfo.InvariantCulture, pattern, Regex.Escape(name)), RegexOptions.IgnoreCase);
        names.Add((form, standIn, standIn == "host" ? "the host's name" : "names of users"));
    }

    // With or without the vendor's prefix, which stays.
    [GeneratedRegex("(?<![0-9a-fA-F-])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![0-9a-fA-F-])|"
        + "(?<=GPU-|MIG-)[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![0-9a-fA-F-])")]
    private static partial Regex Uuid();
}
