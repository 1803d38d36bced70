using System.Diagnostics.CodeAnalysis;
using GpuContainers.Cdi.Transforms;

namespace GpuContainers.Cdi;

/// <summary>Removes what is said twice: duplicates, and in devices what the global edits bring anyway; then sorts.</summary>
public static class Simplify
{
    /// <summary>Applies the transform; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    public static CdiSpec? Apply(CdiSpec? spec)
    {
        if (spec is null)
            return null;
        CdiSpec single = Deduplicate.Apply(spec);
        CdiSpec lean = SpecEdits.MapDevices(single, edits => Lean(edits, single.ContainerEdits));
        return Sort.Apply(lean);
    }

    // A device must not become empty; group ids, IntelRdt and network devices do not count here (CDI-130). Group ids stay (CDI-131).
    private static ContainerEdits Lean(ContainerEdits edits, ContainerEdits global)
    {
        ContainerEdits own = RemoveEntities.From(edits, global);
        bool nothingLeft = own.Env.Count == 0 && own.DeviceNodes.Count == 0 && own.Hooks.Count == 0 && own.Mounts.Count == 0;
        return nothingLeft ? edits : own;
    }
}
