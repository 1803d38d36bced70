namespace GpuContainers.Ctk.Cdi.Diff;

/// <summary>What differs between two specifications in one of their parts.</summary>
/// <param name="Entity">The part: "specification", "common edits", or "device NAME".</param>
/// <param name="Lines">What only one of them has: "-" in front of what the first has, "+" in front of what the second has.</param>
internal sealed record SpecDifference(string Entity, IReadOnlyList<string> Lines)
{
    /// <summary>The parts that differ: the specification itself, the common edits, then the devices in the order of the first, new ones behind.</summary>
    public static IReadOnlyList<SpecDifference> Between(CdiSpec first, CdiSpec second)
    {
        var all = new List<SpecDifference>();
        Add(all, "specification", Head(first), Head(second));
        Add(all, "common edits", Describe(first.ContainerEdits), Describe(second.ContainerEdits));
        foreach (string name in first.Devices.Concat(second.Devices).Select(static device => device.Name).Distinct())
            Add(all, "device " + name, Describe(first.FindDevice(name)), Describe(second.FindDevice(name)));
        return all;
    }

    // A thing that both have as often is not a difference, wherever it stands: but for hooks and variables the order of edits means nothing.
    private static void Add(List<SpecDifference> all, string entity, List<string> first, List<string> second)
    {
        var come = new List<string>(second);
        var gone = first.Where(line => !come.Remove(line)).ToList();
        ShortenedHooks.Shorten(gone, come);
        string[] lines = [.. gone.Select(static line => "-" + line), .. come.Select(static line => "+" + line)];
        if (lines.Length > 0)
            all.Add(new SpecDifference(entity, lines));
    }

    private static List<string> Head(CdiSpec spec) =>
        [$"cdiVersion {spec.Version}", $"kind {spec.Kind}", .. spec.Annotations.Select(static annotation => $"annotation {annotation.Key}={annotation.Value}")];

    private static List<string> Describe(CdiDevice? device) => device is null ? []
        : ["device", .. device.Annotations.Select(static annotation => $"annotation {annotation.Key}={annotation.Value}"), .. Describe(device.ContainerEdits)];

    private static List<string> Describe(ContainerEdits edits) =>
    [
        .. edits.Env.Select(static variable => "variable " + variable),
        .. edits.DeviceNodes.Select(Describe),
        .. edits.NetDevices.Select(static net => $"network interface {net.HostInterfaceName} as {net.Name}"),
        .. edits.Mounts.Select(static mount =>
            $"mount {mount.HostPath} at {mount.ContainerPath}{Bracket(mount.Type)}{Bracket(string.Join(',', mount.Options))}"),
        .. edits.Hooks.Select(static hook => $"hook {hook.HookName} {hook.Path} {string.Join(' ', hook.Args)}{Bracket(string.Join(',', hook.Env))}"
            + (hook.Timeout is { } seconds ? $" within {seconds} s" : "")),
        .. edits.AdditionalGids.Select(static group => string.Create(CultureInfo.InvariantCulture, $"group {group}")),
        .. edits.IntelRdt is { } rdt ? (string[])[$"rdt {rdt}"] : [],
    ];

    private static string Describe(DeviceNode node)
    {
        string mode = node.FileMode is { } bits ? " mode " + Convert.ToString((int)bits, 8) : "";
        string owner = (node.Uid is { } uid ? $" uid {uid}" : "") + (node.Gid is { } gid ? $" gid {gid}" : "");
        string from = node.HostPath.Length > 0 && node.HostPath != node.Path ? $" from {node.HostPath}" : "";
        return $"node {node.Path}{from}{Bracket(node.Type)} {node.Major}:{node.Minor}{mode}{owner}{Bracket(node.Permissions)}";
    }

    private static string Bracket(string text) => text.Length == 0 ? "" : $" ({text})";
}
