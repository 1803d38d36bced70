using System.Diagnostics.CodeAnalysis;
using GpuContainers.Cdi.Transforms;

namespace GpuContainers.Cdi;

/// <summary>Leaves the first of equal entities, in the global edits and in each device by itself.</summary>
public static class Deduplicate
{
    /// <summary>Applies the transform; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    public static CdiSpec? Apply(CdiSpec? spec) => SpecEdits.Map(spec, Apply);

    /// <summary>Applies the transform to one set of edits; group ids come out in ascending order.</summary>
    public static ContainerEdits Apply(ContainerEdits edits) => edits with
    {
        Env = Distinct(edits.Env),
        DeviceNodes = Distinct(edits.DeviceNodes),
        Hooks = Distinct(edits.Hooks),
        Mounts = Distinct(edits.Mounts),
        AdditionalGids = DistinctSorted(edits.AdditionalGids),
    };

    internal static IReadOnlyList<T> Distinct<T>(IReadOnlyList<T> items)
    {
        if (items.Count < 2)
            return items;
        var seen = new HashSet<T>(items.Count);
        var kept = new List<T>(items.Count);
        foreach (T item in items)
        {
            if (seen.Add(item))
                kept.Add(item);
        }
        return kept.Count == items.Count ? items : kept;
    }

    private static IReadOnlyList<uint> DistinctSorted(IReadOnlyList<uint> gids)
    {
        if (gids.Count < 2)
            return gids;
        var sorted = new List<uint>(Distinct(gids));
        sorted.Sort();
        return sorted;
    }
}
