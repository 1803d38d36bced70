using System.Text;
using GpuContainers.Oci.Json;
using GpuContainers.Oci.Values;

namespace GpuContainers.Oci;

public sealed partial class OciDocument
{
    /// <summary>The entries of "linux.devices" in order, with the edits made so far.</summary>
    public IReadOnlyList<OciDevice> Devices
    {
        get
        {
            var devices = new List<OciDevice>();
            if (Find(OciSlot.Devices) is not { } node)
                return devices;
            foreach (OciPart part in node.Parts)
                devices.Add(ElementReader.Device(Bytes(part)));
            return devices;
        }
    }

    /// <summary>Whether "linux.namespaces" has one of type "user".</summary>
    public bool HasUserNamespace
    {
        get
        {
            if (Find(OciSlot.Namespaces) is not { } node)
                return false;
            foreach (OciPart part in node.Parts)
            {
                if (ElementReader.Member(Bytes(part), "type") == "user")
                    return true;
            }
            return false;
        }
    }

    /// <summary>
    /// Whether "linux.cgroupsPath" is one for systemd, SLICE:PREFIX:NAME: then systemd writes the device rules, again and again, by its own list.
    /// </summary>
    public bool HasSystemdCgroup => Text(OciSlot.CgroupsPath).AsSpan().Count(':') == 2;

    // Which entry goes and where the new one stands shows in the document (RT-243, CDI-103).
    /// <summary>
    /// Puts a device: the first entry with exactly the same path goes; the new one takes the place of a further entry with that path, or else
    /// stands at the end.
    /// </summary>
    public void SetDevice(OciDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        List<OciPart> parts = Require(OciSlot.Devices).Edit();
        byte[] text = Encoding.UTF8.GetBytes(device.Path);
        int first = IndexOf(parts, device.Path, text);
        if (first >= 0)
            parts.RemoveAt(first);
        int second = first < 0 ? -1 : IndexOf(parts, device.Path, text);
        if (second >= 0)
            parts[second] = Fresh(device);
        else
            parts.Add(Fresh(device));
    }

    // Rules are never removed or compared (RT-243, CDI-104).
    /// <summary>Appends a rule to "linux.resources.devices" that allows a device.</summary>
    /// <param name="type">"b" or "c".</param>
    /// <param name="major">The major number.</param>
    /// <param name="minor">The minor number.</param>
    /// <param name="access">Any of "r", "w", "m"; when empty the member is left out.</param>
    public void AllowDevice(string type, long major, long minor, string access)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(access);
        JsonLine json = Line();
        json.BeginObject();
        json.Member("allow", true);
        json.Name("type");
        json.Value(type);
        json.Member("major", major);
        json.Name("minor");
        json.Value(minor);
        json.Optional("access", access);
        json.EndObject();
        Require(OciSlot.DeviceRules).Edit().Add(OciPart.From(json.ToArray()));
    }

    // The name on the host is the key, so a later device wins (RT-244, CDI-105).
    /// <summary>Gives the container a network interface of the host, replacing an entry for the same one.</summary>
    /// <param name="hostInterface">Its name on the host.</param>
    /// <param name="name">Its name in the container.</param>
    public void SetNetDevice(string hostInterface, string name)
    {
        ArgumentNullException.ThrowIfNull(hostInterface);
        ArgumentNullException.ThrowIfNull(name);
        List<OciPart> parts = Require(OciSlot.NetDevices).Edit();
        parts.RemoveAll(part => ElementReader.Key(Bytes(part)) == hostInterface);
        JsonLine json = Line();
        json.BeginObject();
        json.Name(hostInterface);
        json.BeginObject();
        json.Member("name", name);
        json.EndObject();
        parts.Add(OciPart.From(json.Written[1..].ToArray()));
    }

    // As a whole, members that are not given are gone (RT-247, CDI-109).
    /// <summary>Replaces "linux.intelRdt".</summary>
    public void SetIntelRdt(IntelRdt rdt)
    {
        ArgumentNullException.ThrowIfNull(rdt);
        List<OciPart> parts = Require(OciSlot.IntelRdt).Edit();
        parts.Clear();
        Add(parts, "closID", rdt.ClosId);
        if (rdt.Schemata is { Count: > 0 } schemata)
        {
            JsonLine json = Line();
            json.Value(schemata);
            parts.Add(OciPart.From([.. "\"schemata\":"u8, .. json.Written]));
        }
        Add(parts, "l3CacheSchema", rdt.L3CacheSchema);
        Add(parts, "memBwSchema", rdt.MemBwSchema);
        if (rdt.EnableMonitoring)
            parts.Add(OciPart.From("\"enableMonitoring\":true"u8.ToArray()));
    }

    private void Add(List<OciPart> parts, string name, string value)
    {
        if (value.Length == 0)
            return;
        JsonLine json = Line();
        json.Member(name, value);
        parts.Add(OciPart.From(json.ToArray()));
    }

    private OciPart Fresh(OciDevice device)
    {
        JsonLine json = Line();
        json.BeginObject();
        json.Member("path", device.Path);
        json.Name("type");
        json.Value(device.Type);
        json.Member("major", device.Major);
        json.Name("minor");
        json.Value(device.Minor);
        json.Optional("fileMode", (uint?)device.FileMode);
        json.Optional("uid", device.Uid);
        json.Optional("gid", device.Gid);
        json.EndObject();
        return OciPart.From(json.ToArray());
    }

    private int IndexOf(List<OciPart> parts, string path, byte[] text)
    {
        bool isPlain = Ascii.IsValid(text);
        for (int i = 0; i < parts.Count; i++)
        {
            ReadOnlySpan<byte> json = Bytes(parts[i]);
            // Most entries need not be taken apart: without an escape, the path stands there as it is or not at all.
            bool isOther = isPlain && json.IndexOf(text) < 0 && !json.Contains((byte)'\\');
            if (!isOther && ElementReader.Member(json, "path") == path)
                return i;
        }
        return -1;
    }
}

/// <summary>One entry of "linux.devices" in config.json.</summary>
public sealed record OciDevice
{
    /// <summary>The path in the container.</summary>
    public string Path { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>"c", "u", "b" or "p".</summary>
    public string Type { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The major number.</summary>
    public long Major { get; init; }

    /// <summary>The minor number.</summary>
    public long Minor { get; init; }

    /// <summary>The permission bits; null when unset.</summary>
    public UnixFileMode? FileMode { get; init; }

    /// <summary>The owner in the container; null when unset.</summary>
    public uint? Uid { get; init; }

    /// <summary>The group in the container; null when unset.</summary>
    public uint? Gid { get; init; }
}

/// <summary>Settings of Intel's resource director technology: "linux.intelRdt" in config.json, and the same in specifications of CDI.</summary>
public sealed record IntelRdt
{
    /// <summary>The class of service; empty when unset.</summary>
    public string ClosId { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The schema of the L3 cache; empty when unset.</summary>
    public string L3CacheSchema { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The schema of the memory bandwidth; empty when unset.</summary>
    public string MemBwSchema { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Lines for the schemata file; null when the member is absent, which is not the same as empty.</summary>
    public IReadOnlyList<string>? Schemata { get; init => field = value is null ? null : ValueList<string>.From(value); }

    /// <summary>Whether the group is monitored.</summary>
    public bool EnableMonitoring { get; init; }
}
