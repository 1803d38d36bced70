using System.Diagnostics.CodeAnalysis;
using GpuContainers.Cdi.Model;
using GpuContainers.Cdi.Transforms;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Cdi;

/// <summary>
/// Orders device nodes and mounts by depth and path, devices by name; environment, hooks and group ids keep their order. The sort is
/// stable.
/// </summary>
public static class Sort
{
    /// <summary>Applies the transform; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    public static CdiSpec? Apply(CdiSpec? spec)
    {
        CdiSpec? sorted = SpecEdits.Map(spec, Apply);
        return sorted is null ? null : sorted with { Devices = By(sorted.Devices, static device => (0, device.Name)) };
    }

    /// <summary>Applies the transform to one set of edits.</summary>
    public static ContainerEdits Apply(ContainerEdits edits) => edits with
    {
        DeviceNodes = By(edits.DeviceNodes, static node => (LexicalPath.Depth(node.Path), node.Path)),
        Mounts = By(edits.Mounts, static mount => (LexicalPath.Depth(mount.ContainerPath), mount.ContainerPath)),
    };

    private static IReadOnlyList<T> By<T>(IReadOnlyList<T> items, Func<T, (int Depth, string Text)> key)
    {
        if (items.Count < 2)
            return items;
        var keyed = new List<(int Depth, string Text, int Index)>(items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            (int depth, string text) = key(items[i]);
            keyed.Add((depth, text, i));
        }
        keyed.Sort(static (left, right) =>
        {
            int order = left.Depth.CompareTo(right.Depth);
            if (order == 0)
                order = Texts.Compare(left.Text, right.Text);
            return order != 0 ? order : left.Index.CompareTo(right.Index);
        });
        var sorted = new T[items.Count];
        for (int i = 0; i < sorted.Length; i++)
            sorted[i] = items[keyed[i].Index];
        return sorted;
    }
}
