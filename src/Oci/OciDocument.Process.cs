using GpuContainers.Oci.Json;
using GpuContainers.Oci.Values;

namespace GpuContainers.Oci;

public sealed partial class OciDocument
{
    /// <summary>Whether the document has a process.</summary>
    public bool HasProcess => Find(OciSlot.Process) is not null;

    /// <summary>The entries of "process.env" in order, with the edits made so far.</summary>
    public IReadOnlyList<string> Env => Texts(OciSlot.Env);

    /// <summary>The bounding capabilities of the process, by name.</summary>
    public IReadOnlyList<string> BoundingCapabilities => Texts(OciSlot.Bounding);

    /// <summary>The user id of the process; 0 when there is none.</summary>
    public uint UserId => Number(OciSlot.Uid);

    /// <summary>The group id of the process; 0 when there is none.</summary>
    public uint GroupId => Number(OciSlot.Gid);

    /// <summary>The additional group ids of the process in order, with the edits made so far.</summary>
    public IReadOnlyList<uint> AdditionalGids
    {
        get
        {
            var gids = new List<uint>();
            if (Find(OciSlot.AdditionalGids) is not { } node)
                return gids;
            foreach (OciPart part in node.Parts)
                gids.Add(uint.TryParse(Bytes(part), out uint gid) ? gid : 0);
            return gids;
        }
    }

    /// <summary>The path in "root.path"; empty when there is none.</summary>
    public string RootPath => Text(OciSlot.RootPath);

    /// <summary>The annotations by key; of a repeated key the last value counts.</summary>
    public IReadOnlyDictionary<string, string> Annotations =>
        Find(OciSlot.Annotations) is { } node ? ElementReader.TextMap(Source[node.Start..node.End]) : new Dictionary<string, string>();

    /// <summary>Appends one entry to "process.env", whatever stands there.</summary>
    /// <param name="entry">"NAME=value".</param>
    public void AppendEnv(string entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Require(OciSlot.Env).Edit().Add(Fresh(entry));
    }

    /// <summary>
    /// Adds environment entries as one application: a later entry replaces an earlier one of the same name at its place. What the document had
    /// stays, even under the same name, except an entry that consists of the bare name.
    /// </summary>
    /// <param name="entries">"NAME=value" each.</param>
    /// <param name="replaceExisting">Whether the last entry of the same name that the document had is replaced in place.</param>
    public void AddEnv(IReadOnlyList<string> entries, bool replaceExisting = false)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ReadOnlySpan<string> added = ValueList<string>.Items(entries);
        if (added.IsEmpty)
            return;
        List<OciPart> parts = Require(OciSlot.Env).Edit();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < parts.Count; i++)
        {
            string existing = ElementReader.Text(Bytes(parts[i]));
            // Without the option NVIDIA's toolkit looks for the bare name among whole entries (CDI-95).
            places[replaceExisting ? NameOf(existing) : existing] = i;
        }
        foreach (string entry in added)
        {
            string name = NameOf(entry);
            if (places.TryGetValue(name, out int place))
            {
                parts[place] = Fresh(entry);
                continue;
            }
            places[name] = parts.Count;
            parts.Add(Fresh(entry));
        }
    }

    // Group 0 is skipped, and the list is not sorted (RT-247, CDI-110).
    /// <summary>Appends each group id that is not 0 and not there yet.</summary>
    public void AddAdditionalGids(IReadOnlyList<uint> gids)
    {
        ArgumentNullException.ThrowIfNull(gids);
        List<uint>? present = null;
        foreach (uint gid in ValueList<uint>.Items(gids))
        {
            if (gid == 0)
                continue;
            present ??= [.. AdditionalGids];
            if (present.Contains(gid))
                continue;
            present.Add(gid);
            JsonLine text = Line();
            text.Value((long)gid);
            Require(OciSlot.AdditionalGids).Edit().Add(OciPart.From(text.ToArray()));
        }
    }

    private static string NameOf(string entry)
    {
        int equals = entry.IndexOf('=');
        return equals < 0 ? entry : entry[..equals];
    }

    private OciPart Fresh(string text)
    {
        JsonLine json = Line();
        json.Value(text);
        return OciPart.From(json.ToArray());
    }

    private uint Number(OciSlot slot) =>
        Find(slot) is { Start: >= 0 } node && uint.TryParse(Source[node.Start..node.End], out uint number) ? number : 0;
}
