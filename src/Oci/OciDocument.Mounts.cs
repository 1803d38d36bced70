using GpuContainers.Linux.Paths;
using GpuContainers.Oci.Json;
using GpuContainers.Oci.Values;

namespace GpuContainers.Oci;

public sealed partial class OciDocument
{
    /// <summary>The mounts in order, with the edits made so far.</summary>
    public IReadOnlyList<OciMount> Mounts
    {
        get
        {
            var mounts = new List<OciMount>();
            if (Find(OciSlot.Mounts) is not { } node)
                return mounts;
            foreach (OciPart part in node.Parts)
                mounts.Add(ElementReader.Mount(Bytes(part)));
            return mounts;
        }
    }

    /// <summary>
    /// Adds mounts: each takes the place of the first one with exactly the same destination and goes to the end; then all mounts are sorted stably
    /// by the depth of their destination. Nothing happens for an empty list.
    /// </summary>
    public void AddMounts(IReadOnlyList<OciMount> mounts)
    {
        ArgumentNullException.ThrowIfNull(mounts);
        ReadOnlySpan<OciMount> added = ValueList<OciMount>.Items(mounts);
        if (added.IsEmpty)
            return;
        List<OciPart> parts = Require(OciSlot.Mounts).Edit();
        var destinations = new List<string>(parts.Count + added.Length);
        foreach (OciPart part in parts)
            destinations.Add(ElementReader.Member(Bytes(part), "destination"));
        foreach (OciMount mount in added)
        {
            int same = destinations.IndexOf(mount.Destination);
            if (same >= 0)
            {
                parts.RemoveAt(same);
                destinations.RemoveAt(same);
            }
            parts.Add(Fresh(mount));
            destinations.Add(mount.Destination);
        }
        SortByDepth(parts, destinations);
    }

    private static void SortByDepth(List<OciPart> parts, List<string> destinations)
    {
        // The position in the lower half of the key makes the sort stable (CDI-195).
        long[] keys = new long[parts.Count];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = ((long)LexicalPath.Depth(destinations[i]) << 32) | (uint)i;
        OciPart[] sorted = [.. parts];
        Array.Sort(keys, sorted);
        parts.Clear();
        parts.AddRange(sorted);
    }

    private OciPart Fresh(OciMount mount)
    {
        JsonLine json = Line();
        json.BeginObject();
        json.Member("destination", mount.Destination);
        json.Optional("type", mount.Type);
        json.Optional("source", mount.Source);
        json.Optional("options", mount.Options);
        json.EndObject();
        return OciPart.From(json.ToArray());
    }
}

/// <summary>One entry of "mounts" in config.json.</summary>
public sealed record OciMount
{
    /// <summary>The path in the container.</summary>
    public string Destination { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The file system type; empty when the document gives none.</summary>
    public string Type { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The path on the host, or what the file system takes for a source; empty when the document gives none.</summary>
    public string Source { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Mount options in their order.</summary>
    public IReadOnlyList<string> Options { get; init => field = ValueList<string>.From(value); } = ValueList<string>.Empty;
}
