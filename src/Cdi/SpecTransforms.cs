using GpuContainers.Cdi.Transforms;

namespace GpuContainers.Cdi;

/// <summary>Changes of whole documents. Each returns a new document; what it does not concern is shared with the old one.</summary>
public static class SpecTransforms
{
    /// <summary>One transform after the other; an exception of one ends the chain.</summary>
    public static CdiSpec Chain(CdiSpec spec, params ReadOnlySpan<Func<CdiSpec, CdiSpec>> transforms)
    {
        ArgumentNullException.ThrowIfNull(spec);
        foreach (Func<CdiSpec, CdiSpec> transform in transforms)
            spec = transform(spec);
        return spec;
    }

    /// <summary>Declares the lowest version that has everything the document uses, without a leading "v".</summary>
    public static CdiSpec MinimumVersion(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec with { Version = SpecVersion.Minimum(spec) };
    }

    /// <summary>Removes what is said twice: duplicates, and in devices what the global edits bring anyway; then sorts.</summary>
    public static CdiSpec Simplify(CdiSpec spec)
    {
        CdiSpec single = Deduplicate(spec);
        CdiSpec lean = SpecEdits.MapDevices(single, edits => Lean(edits, single.ContainerEdits));
        return Sort(lean);
    }

    /// <summary>Leaves the first of equal entities, in the global edits and in each device by itself.</summary>
    public static CdiSpec Deduplicate(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return SpecEdits.Map(spec, Deduplicate);
    }

    /// <summary>Leaves the first of equal entities; group ids come out in ascending order.</summary>
    public static ContainerEdits Deduplicate(ContainerEdits edits)
    {
        ArgumentNullException.ThrowIfNull(edits);
        return edits with
        {
            Env = Distinct(edits.Env),
            DeviceNodes = Distinct(edits.DeviceNodes),
            Hooks = Distinct(edits.Hooks),
            Mounts = Distinct(edits.Mounts),
            AdditionalGids = DistinctSorted(edits.AdditionalGids),
        };
    }

    /// <summary>Deletes given device nodes, environment entries, hooks and mounts, in the global edits and in every device; group ids are left alone.</summary>
    public static CdiSpec Remove(CdiSpec spec, ContainerEdits condemned)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return SpecEdits.Map(spec, edits => Remove(edits, condemned));
    }

    /// <summary>The edits without the device nodes, environment entries, hooks and mounts that also stand in <paramref name="condemned"/>.</summary>
    public static ContainerEdits Remove(ContainerEdits edits, ContainerEdits condemned)
    {
        ArgumentNullException.ThrowIfNull(edits);
        ArgumentNullException.ThrowIfNull(condemned);
        return edits with
        {
            Env = Without(edits.Env, condemned.Env),
            DeviceNodes = Without(edits.DeviceNodes, condemned.DeviceNodes),
            Hooks = Without(edits.Hooks, condemned.Hooks),
            Mounts = Without(edits.Mounts, condemned.Mounts),
        };
    }

    // The sort is stable (CDI-133).
    /// <summary>
    /// Orders device nodes and mounts by depth and path, devices by name; environment, hooks and group ids keep their order, and so do equals.
    /// </summary>
    public static CdiSpec Sort(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        CdiSpec sorted = SpecEdits.Map(spec, Sort);
        return sorted with { Devices = By(sorted.Devices, static device => (0, device.Name)) };
    }

    /// <summary>Orders device nodes and mounts by depth and path.</summary>
    public static ContainerEdits Sort(ContainerEdits edits)
    {
        ArgumentNullException.ThrowIfNull(edits);
        return edits with
        {
            DeviceNodes = By(edits.DeviceNodes, static node => (LexicalPath.Depth(node.Path), node.Path)),
            Mounts = By(edits.Mounts, static mount => (LexicalPath.Depth(mount.ContainerPath), mount.ContainerPath)),
        };
    }

    // What the root transform filled in must not raise the version by itself (CDI-147).
    /// <summary>Drops host paths that equal the path and that the document before the transform did not have.</summary>
    public static CdiSpec DropFilledHostPaths(CdiSpec before, CdiSpec after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var devices = new List<CdiDevice>(after.Devices.Count);
        for (int i = 0; i < after.Devices.Count; i++)
            devices.Add(after.Devices[i] with { ContainerEdits = DropFilled(before.Devices[i].ContainerEdits, after.Devices[i].ContainerEdits) });
        return after with { Devices = devices, ContainerEdits = DropFilled(before.ContainerEdits, after.ContainerEdits) };
    }

    internal static IReadOnlyList<T> Distinct<T>(IReadOnlyList<T> items)
    {
        ReadOnlySpan<T> all = ValueList<T>.Items(items);
        if (all.Length < 2)
            return items;
        var seen = new HashSet<T>(all.Length);
        var kept = new List<T>(all.Length);
        foreach (T item in all)
        {
            if (seen.Add(item))
                kept.Add(item);
        }
        return kept.Count == all.Length ? items : kept;
    }

    private static uint[] DistinctSorted(IReadOnlyList<uint> gids)
    {
        uint[] sorted = ValueList<uint>.Items(Distinct(gids)).ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private static IReadOnlyList<T> Without<T>(IReadOnlyList<T> items, IReadOnlyList<T> condemned)
    {
        ReadOnlySpan<T> all = ValueList<T>.Items(items), named = ValueList<T>.Items(condemned);
        if (all.IsEmpty || named.IsEmpty)
            return items;
        var set = new HashSet<T>(named.Length);
        foreach (T item in named)
            set.Add(item);
        var kept = new List<T>(all.Length);
        foreach (T item in all)
        {
            if (!set.Contains(item))
                kept.Add(item);
        }
        return kept;
    }

    // A device must not become empty; group ids, IntelRdt and network devices do not count here (CDI-130). Group ids stay (CDI-131).
    private static ContainerEdits Lean(ContainerEdits edits, ContainerEdits global)
    {
        ContainerEdits own = Remove(edits, global);
        bool nothingLeft = own.Env.Count == 0 && own.DeviceNodes.Count == 0 && own.Hooks.Count == 0 && own.Mounts.Count == 0;
        return nothingLeft ? edits : own;
    }

    private static IReadOnlyList<T> By<T>(IReadOnlyList<T> items, Func<T, (int Depth, string Text)> key)
    {
        ReadOnlySpan<T> all = ValueList<T>.Items(items);
        if (all.Length < 2)
            return items;
        var keyed = new List<(int Depth, string Text, int Index)>(all.Length);
        for (int i = 0; i < all.Length; i++)
        {
            (int depth, string text) = key(all[i]);
            keyed.Add((depth, text, i));
        }
        keyed.Sort(static (left, right) =>
        {
            int order = left.Depth.CompareTo(right.Depth);
            if (order == 0)
                order = Texts.Compare(left.Text, right.Text);
            return order != 0 ? order : left.Index.CompareTo(right.Index);
        });
        var sorted = new T[all.Length];
        for (int i = 0; i < sorted.Length; i++)
            sorted[i] = all[keyed[i].Index];
        return ValueList<T>.Adopt(sorted);
    }

    private static ContainerEdits DropFilled(ContainerEdits before, ContainerEdits after)
    {
        var nodes = new List<DeviceNode>(after.DeviceNodes.Count);
        for (int i = 0; i < after.DeviceNodes.Count; i++)
        {
            DeviceNode node = after.DeviceNodes[i];
            bool filled = before.DeviceNodes[i].HostPath.Length == 0 && node.HostPath == node.Path;
            nodes.Add(filled ? node with { HostPath = "" } : node);
        }
        return after with { DeviceNodes = nodes };
    }
}

/// <summary>Adds a device that stands for all others.</summary>
public sealed class MergedDevice
{
    private readonly string _name;
    private readonly bool _skipIfExists;

    /// <summary>Makes the transform.</summary>
    /// <param name="name">The name of the device to add.</param>
    /// <param name="skipIfExists">Whether a document that has such a device is left as it is; else that is an error.</param>
    /// <exception cref="CdiException">The name is not allowed for a device.</exception>
    public MergedDevice(string name = "all", bool skipIfExists = false)
    {
        if (CdiName.DeviceProblem(name) is { } problem)
            throw new CdiException(CdiErrorReason.InvalidName, $"invalid device name \"{name}\": {problem}");
        _name = name;
        _skipIfExists = skipIfExists;
    }

    /// <summary>Appends the merged device and simplifies the document.</summary>
    /// <exception cref="CdiException">There is such a device already.</exception>
    public CdiSpec Apply(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.FindDevice(_name) is not null)
            return _skipIfExists ? spec : throw new CdiException(CdiErrorReason.Exists, $"device \"{_name}\" already exists");
        ContainerEdits all = ContainerEdits.Empty;
        foreach (CdiDevice device in ValueList<CdiDevice>.Items(spec.Devices))
            all = all.Append(device.ContainerEdits);
        // An interface that several devices share may stand in one set of edits only once (CDI-137).
        all = all with { NetDevices = SpecTransforms.Distinct(all.NetDevices) };
        var merged = new CdiDevice { Name = _name, ContainerEdits = all };
        return SpecTransforms.Simplify(spec with { Devices = [.. spec.Devices, merged] });
    }
}
