using System.Diagnostics.CodeAnalysis;

namespace GpuContainers.Cdi;

/// <summary>Transforms that are small, and the chain of several.</summary>
public static class SpecTransforms
{
    /// <summary>One transform after the other; an exception of one ends the chain.</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    public static CdiSpec? Chain(CdiSpec? spec, params ReadOnlySpan<Func<CdiSpec, CdiSpec>> transforms)
    {
        if (spec is null)
            return null;
        foreach (Func<CdiSpec, CdiSpec> transform in transforms)
            spec = transform(spec);
        return spec;
    }

    /// <summary>Declares the lowest version that has everything the document uses, without a leading "v".</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    public static CdiSpec? MinimumVersion(CdiSpec? spec) => spec is null ? null : spec with { Version = SpecVersion.Minimum(spec) };

    // What the root transform filled in must not raise the version by itself (CDI-147).
    /// <summary>Drops host paths that equal the path and that the document before the transform did not have.</summary>
    public static CdiSpec DropFilledHostPaths(CdiSpec before, CdiSpec after)
    {
        var devices = new List<CdiDevice>(after.Devices.Count);
        for (int i = 0; i < after.Devices.Count; i++)
            devices.Add(after.Devices[i] with { ContainerEdits = DropFilled(before.Devices[i].ContainerEdits, after.Devices[i].ContainerEdits) });
        return after with { Devices = devices, ContainerEdits = DropFilled(before.ContainerEdits, after.ContainerEdits) };
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
