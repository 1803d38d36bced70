namespace GpuContainers.Cdi.Transforms;

/// <summary>Runs something over all edits of a document.</summary>
internal static class SpecEdits
{
    /// <summary>The document with its global edits and each device's edits replaced.</summary>
    internal static CdiSpec Map(CdiSpec spec, Func<ContainerEdits, ContainerEdits> change) =>
        MapDevices(spec, change) with { ContainerEdits = change(spec.ContainerEdits) };

    internal static CdiSpec MapDevices(CdiSpec spec, Func<ContainerEdits, ContainerEdits> change) =>
        spec with { Devices = Select(spec.Devices, device => device with { ContainerEdits = change(device.ContainerEdits) }) };

    internal static IReadOnlyList<TResult> Select<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> change)
    {
        ReadOnlySpan<T> all = ValueList<T>.Items(items);
        var changed = new TResult[all.Length];
        for (int i = 0; i < changed.Length; i++)
            changed[i] = change(all[i]);
        return ValueList<TResult>.Adopt(changed);
    }
}
