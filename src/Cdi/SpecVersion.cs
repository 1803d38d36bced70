namespace GpuContainers.Cdi;

/// <summary>The versions of the format, and which one a document needs.</summary>
public static class SpecVersion
{
    private static readonly string[] Known = ["0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0"];

    /// <summary>Whether a version is known; one leading "v" is allowed.</summary>
    public static bool IsKnown(string version) => Rank(version) >= 0;

    /// <summary>The version to write into a new document: the lowest that has everything the document uses, in any device.</summary>
    public static string Minimum(CdiSpec spec) => Required(spec, everyDevice: true);

    // For host paths and mount types NVIDIA's toolkit looks at the global edits and at the last device only (CDI-35).
    /// <summary>The version below which a document is refused when it is read: what NVIDIA's toolkit demands, which may be less than it uses.</summary>
    public static string MinimumOnLoad(CdiSpec spec) => Required(spec, everyDevice: false);

    /// <summary>Why a document's declared version does not do, or null when it does.</summary>
    public static CdiProblem? FindProblem(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        int declared = Rank(spec.Version);
        if (declared < 0)
            return new CdiProblem("cdiVersion", $"invalid version \"{spec.Version}\": use one of {string.Join(", ", Known)}");
        string required = MinimumOnLoad(spec);
        return declared >= Rank(required)
            ? null
            : new CdiProblem("cdiVersion", $"the spec version must be at least v{required}, but it is {spec.Version}", "declare that version");
    }

    /// <summary>Whether one known version is lower than another.</summary>
    public static bool IsLower(string version, string than) => Rank(version) < Rank(than);

    private static int Rank(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return Array.IndexOf(Known, version.StartsWith('v') ? version[1..] : version);
    }

    private static string Required(CdiSpec spec, bool everyDevice)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (AnyEdits(spec, NeedsNetOrMonitoring))
            return "1.1.0";
        if (AnyEdits(spec, edits => edits.IntelRdt is not null || edits.AdditionalGids.Count > 0))
            return "0.7.0";
        if (HasAnnotations(spec) || ClassHasDot(spec.Kind))
            return "0.6.0";
        if (HasDigitName(spec) || AnyPathEdits(spec, everyDevice, HasHostPath))
            return "0.5.0";
        // The toolkit never declares less than 0.3.0 (CDI-33).
        return AnyPathEdits(spec, everyDevice, HasMountType) ? "0.4.0" : "0.3.0";
    }

    private static bool NeedsNetOrMonitoring(ContainerEdits edits) =>
        edits.NetDevices.Count > 0 || edits.IntelRdt is { Schemata: not null } or { EnableMonitoring: true };

    private static bool HasAnnotations(CdiSpec spec)
    {
        if (spec.Annotations.Count > 0)
            return true;
        foreach (CdiDevice device in spec.Devices)
        {
            if (device.Annotations.Count > 0)
                return true;
        }
        return false;
    }

    private static bool ClassHasDot(string kind)
    {
        int slash = kind.IndexOf('/');
        return slash >= 0 && kind.IndexOf('.', slash) >= 0;
    }

    private static bool HasDigitName(CdiSpec spec)
    {
        foreach (CdiDevice device in spec.Devices)
        {
            if (device.Name.Length > 0 && char.IsAsciiDigit(device.Name[0]))
                return true;
        }
        return false;
    }

    private static bool HasHostPath(ContainerEdits edits)
    {
        foreach (DeviceNode node in edits.DeviceNodes)
        {
            if (node.HostPath.Length > 0)
                return true;
        }
        return false;
    }

    private static bool HasMountType(ContainerEdits edits)
    {
        foreach (Mount mount in edits.Mounts)
        {
            if (mount.Type.Length > 0)
                return true;
        }
        return false;
    }

    private static bool AnyEdits(CdiSpec spec, Predicate<ContainerEdits> needed) => AnyPathEdits(spec, everyDevice: true, needed);

    private static bool AnyPathEdits(CdiSpec spec, bool everyDevice, Predicate<ContainerEdits> needed)
    {
        if (needed(spec.ContainerEdits))
            return true;
        for (int i = everyDevice ? 0 : Math.Max(0, spec.Devices.Count - 1); i < spec.Devices.Count; i++)
        {
            if (needed(spec.Devices[i].ContainerEdits))
                return true;
        }
        return false;
    }
}
