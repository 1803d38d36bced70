using System.Diagnostics.CodeAnalysis;

namespace GpuContainers.Cdi.Transforms;

/// <summary>Runs something over all edits of a document.</summary>
internal static class SpecEdits
{
    /// <summary>The document with its global edits and each device's edits replaced; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    internal static CdiSpec? Map(CdiSpec? spec, Func<ContainerEdits, ContainerEdits> change) =>
        spec is null ? null : MapDevices(spec, change) with { ContainerEdits = change(spec.ContainerEdits) };

    internal static CdiSpec MapDevices(CdiSpec spec, Func<ContainerEdits, ContainerEdits> change)
    {
        var devices = new List<CdiDevice>(spec.Devices.Count);
        foreach (CdiDevice device in spec.Devices)
            devices.Add(device with { ContainerEdits = change(device.ContainerEdits) });
        return spec with { Devices = devices };
    }

    internal static IReadOnlyList<TResult> Select<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> change)
    {
        if (items.Count == 0)
            return [];
        var changed = new TResult[items.Count];
        for (int i = 0; i < changed.Length; i++)
            changed[i] = change(items[i]);
        return changed;
    }
}
