using GpuContainers.Host.Driver;

namespace GpuContainers.Generation.Discovery;

/// <summary>What was looked for and what came of it, told to the log and to whoever wants an explanation; and mounts of what was found.</summary>
/// <param name="root">Where the driver is.</param>
/// <param name="explanation">Takes the notes; null when nobody wants them.</param>
internal sealed class SearchNotes(DriverRoot root, Explanation? explanation)
{
    // No mount type is ever set (DS-48).
    private static readonly string[] s_readOnly = ["ro", "nosuid", "nodev", "rbind", "rprivate"];

    /// <summary>Whether somebody wants to know how the search goes.</summary>
    internal bool AreWanted => explanation is not null;

    /// <summary>Begins a part of the search in the explanation.</summary>
    internal void Begin(string title, string rule, bool isDevice = false) => explanation?.Begin(title, rule, isDevice);

    /// <summary>Tells the explanation which folders the part in progress searches; they are worked out only if somebody wants to know.</summary>
    internal void SearchedIn(Func<IEnumerable<string>> places) => explanation?.SearchedIn(places());

    /// <summary>Notes a decision.</summary>
    internal void Decide(string what, string why) => explanation?.Decide(what, why);

    /// <summary>Notes one search, found or not.</summary>
    internal void Note(string wanted, IReadOnlyList<string> found, string note = "")
    {
        if (found.Count == 0)
            Log.Debug($"could not locate {wanted} below {root.Path} {note}");
        explanation?.Note(wanted, found, note);
    }

    /// <summary>Notes one search for at most one path.</summary>
    internal void Note(string wanted, string? found, string note = "") => Note(wanted, found is null ? [] : [found], note);

    /// <summary>One mount for each path that a search yields, each host path once (DS-46, DS-47).</summary>
    internal void AddMounts(List<Mount> mounts, string wanted, IReadOnlyList<string> found, IReadOnlyList<string>? options = null)
    {
        Note(wanted, found);
        foreach (string path in found.Items())
            AddMount(mounts, path, root.Relative(path), options);
    }

    /// <summary>One mount, unless its host path is there already.</summary>
    internal static void AddMount(List<Mount> mounts, string hostPath, string containerPath, IReadOnlyList<string>? options = null)
    {
        foreach (Mount known in mounts)
        {
            if (known.HostPath == hostPath)
                return;
        }
        mounts.Add(new Mount { HostPath = hostPath, ContainerPath = containerPath, Options = options ?? s_readOnly });
    }
}
