using System.Diagnostics.CodeAnalysis;
using GpuContainers.Cdi.Transforms;

namespace GpuContainers.Cdi;

/// <summary>Deletes given device nodes, environment entries, hooks and mounts wherever they stand; group ids are left alone.</summary>
public static class RemoveEntities
{
    /// <summary>Deletes the entities in the global edits and in every device; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    public static CdiSpec? Apply(CdiSpec? spec, ContainerEdits condemned) => SpecEdits.Map(spec, edits => From(edits, condemned));

    /// <summary>The edits without the entities that also stand in <paramref name="condemned"/>.</summary>
    public static ContainerEdits From(ContainerEdits edits, ContainerEdits condemned) => edits with
    {
        Env = Without(edits.Env, condemned.Env),
        DeviceNodes = Without(edits.DeviceNodes, condemned.DeviceNodes),
        Hooks = Without(edits.Hooks, condemned.Hooks),
        Mounts = Without(edits.Mounts, condemned.Mounts),
    };

    private static IReadOnlyList<T> Without<T>(IReadOnlyList<T> items, IReadOnlyList<T> condemned)
    {
        if (items.Count == 0 || condemned.Count == 0)
            return items;
        var set = new HashSet<T>(condemned);
        var kept = new List<T>(items.Count);
        foreach (T item in items)
        {
            if (!set.Contains(item))
                kept.Add(item);
        }
        return kept;
    }
}
