using GpuContainers.Host.Inventory;

namespace GpuContainers.Generation.Modes;

/// <summary>From what was asked for to GPUs and MIG devices.</summary>
internal sealed class GpuSelection(GpuInventory inventory, bool forContainer = false)
{
    private const int FewestLetters = 4;

    /// <summary>Full GPUs first, those in MIG mode and display GPUs left out; then all MIG devices (GN-13).</summary>
    internal IReadOnlyList<(Gpu Gpu, MigDevice? Mig)> All()
    {
        var found = new List<(Gpu, MigDevice?)>();
        IReadOnlyList<Gpu> gpus = [.. inventory.Gpus];
        // What procfs shows of MIG are devices; that a GPU is in MIG mode without any, only the driver's library knows.
        bool hasMig = gpus.Any(static gpu => gpu.IsMigEnabled);
        if (hasMig)
            gpus = inventory.ReportedGpus;
        foreach (Gpu gpu in gpus)
        {
            if (!gpu.IsMigEnabled && !gpu.IsDisplayOnly)
                found.Add((gpu, null));
            else if (gpu.IsMigEnabled && gpu.HasNoInstance)
                Log.Warning($"leaving out {Useless(gpu)}");
        }
        if (!hasMig)
            return found;
        foreach (Gpu gpu in gpus)
        {
            RequireMigDevices(gpu);
            foreach (MigDevice mig in gpu.MigDevices)
                found.Add((gpu, mig));
        }
        return found;
    }

    /// <summary>The device of one id; a GPU is honoured in MIG mode too (GN-14), but for a container only while a program could use it (RT-275).</summary>
    /// <exception cref="GenerationException">The text names no device, or none that exists.</exception>
    internal (Gpu Gpu, MigDevice? Mig) One(DeviceIdentifier id)
    {
        (Gpu gpu, MigDevice? mig) = Find(id);
        return forContainer && mig is null && gpu is { IsMigEnabled: true, HasNoInstance: true } ? throw Incomplete(Useless(gpu)) : (gpu, mig);
    }

    private (Gpu Gpu, MigDevice? Mig) Find(DeviceIdentifier id) => id.Kind switch
    {
        DeviceIdentifierKind.GpuIndex => (ByIndex(inventory.Gpus, id, "failed to get device handle from index: Invalid Argument"), null),
        DeviceIdentifierKind.GpuUuid => (ByUuid(id), null),
        DeviceIdentifierKind.MigIndex => MigByIndex(id),
        DeviceIdentifierKind.MigUuid => MigByUuid(id),
        DeviceIdentifierKind.IndexTooLarge => throw Unknown($"failed to convert device index to an int: {ShownValues.One(id.Text)}: value out of range"),
        _ => ByBeginning(id.Text) ?? throw new GenerationException(
            GenerationStep.Identification,
                $"identifier is not a valid UUID or index: \"{ShownValues.One(id.Text)}\"; "
                    + "name GPUs by index (0), UUID (GPU-…), MIG index (0:1) or MIG UUID (MIG-…)"),
    };

    /// <summary>A GPU whose UUID is needed but not shown by procfs, as the driver's library tells it.</summary>
    internal Gpu WithUuid(Gpu gpu) =>
        gpu.Uuid is not null ? gpu : inventory.ReportedGpus.FirstOrDefault(reported => reported.Index == gpu.Index) ?? gpu;

    /// <summary>The UUID of a GPU, from the driver's library where procfs does not show it.</summary>
    /// <exception cref="GenerationException">The library does not tell it either.</exception>
    internal string UuidOf(Gpu gpu) => WithUuid(gpu).Uuid
        ?? throw Incomplete(
            $"failed to get device UUID: GPU {gpu.Index} shows none; check nvidia-smi -q, or disable the hook {HookName.ApplyCudaMemoryLimits}");

    /// <summary>Whether a GPU shares addresses with the processor; null when the driver cannot tell (GN-16).</summary>
    internal bool? IsCoherent(Gpu gpu) => inventory.ReportedGpus.FirstOrDefault(reported => reported.Index == gpu.Index)?.IsCoherent;

    private Gpu ByIndex(IEnumerable<Gpu> gpus, DeviceIdentifier id, string text)
    {
        foreach (Gpu gpu in gpus)
        {
            if (gpu.Index == id.Index)
                return gpu;
        }
        throw Unknown($"{text}: no GPU {id.Index}; this host has {Choice()}");
    }

    private Gpu ByUuid(DeviceIdentifier id)
    {
        bool isUndecided = false;
        foreach (Gpu gpu in inventory.Gpus)
        {
            if (gpu.Uuid == id.Text)
                return gpu;
            isUndecided |= gpu.Uuid is null;
        }
        if (isUndecided && inventory.ReportedGpus.FirstOrDefault(gpu => gpu.Uuid == id.Text) is { } reported)
            return reported;
        throw Unknown($"failed to get device handle from UUID: Not Found: no GPU {ShownValues.One(id.Text)}; this host has {Choice()}");
    }

    // People copy the first part of a UUID; it counts if it can mean one device alone (RT-271).
    private (Gpu, MigDevice?)? ByBeginning(string text)
    {
        bool isMig = text.StartsWith("MIG-", StringComparison.Ordinal);
        if (!forContainer || text.Length < "GPU-".Length + FewestLetters || !(isMig || text.StartsWith("GPU-", StringComparison.Ordinal)))
            return null;
        var found = new List<(Gpu Gpu, MigDevice? Mig, string Uuid)>();
        foreach (Gpu gpu in isMig || inventory.Gpus.Any(static gpu => gpu.Uuid is null) ? inventory.ReportedGpus : inventory.Gpus)
        {
            if (!isMig && gpu.Uuid?.StartsWith(text, StringComparison.Ordinal) == true)
                found.Add((gpu, null, gpu.Uuid));
            foreach (MigDevice mig in isMig ? gpu.MigDevices : [])
            {
                if (mig.Uuid.StartsWith(text, StringComparison.Ordinal))
                    found.Add((gpu, mig, mig.Uuid));
            }
        }
        if (found.Count > 1)
            throw Unknown($"\"{text}\" is the beginning of several UUIDs: "
                + $"{string.Join(", ", found.Select(static device => device.Uuid))}; write more of the one you mean");
        return found.Count == 0 ? null : (found[0].Gpu, found[0].Mig);
    }

    private (Gpu, MigDevice) MigByIndex(DeviceIdentifier id)
    {
        Gpu parent = ByIndex(inventory.ReportedGpus, id, "failed to get parent device handle: Invalid Argument");
        RequireMigDevices(parent);
        foreach (MigDevice mig in parent.MigDevices)
        {
            if (mig.Index == id.MigIndex)
                return (parent, mig);
        }
        throw Unknown($"failed to get MIG handle by index: Not Found: GPU {id.Index} has no MIG device {id.MigIndex}; list them with: nvidia-smi -L");
    }

    private (Gpu, MigDevice) MigByUuid(DeviceIdentifier id)
    {
        foreach (Gpu gpu in inventory.ReportedGpus)
        {
            foreach (MigDevice mig in gpu.MigDevices)
            {
                if (mig.Uuid == id.Text)
                    return (gpu, mig);
            }
        }
        throw Unknown($"failed to get device handle from UUID: Not Found: no MIG device {ShownValues.One(id.Text)}; list them with: nvidia-smi -L");
    }

    private void RequireMigDevices(Gpu gpu)
    {
        foreach (InventoryGpu reported in inventory.Report.Gpus)
        {
            if (reported.Index != gpu.Index)
                continue;
            if (reported.MigError is { } mode)
                throw Incomplete($"error getting MIG mode: {mode.Text}");
            if (reported.MigDevicesError is { } list)
                throw Incomplete($"error getting MIG device handle of GPU {gpu.Index}: {list.Text}");
            if (reported.MigDevices.FirstOrDefault(static mig => mig.Error is not null) is { } broken)
                throw Incomplete($"MIG device {gpu.Index}:{broken.Index}: {broken.Error}");
        }
    }

    private static string Useless(Gpu gpu) =>
        $"GPU {gpu.Index}, which is in MIG mode without an instance, so that no program can use it; make instances with: nvidia-smi mig -i {gpu.Index} "
        + $"-cgi PROFILE -C, or end the mode: nvidia-smi -i {gpu.Index} -mig 0";

    private string Choice()
    {
        int count = inventory.Gpus.Count();
        return count switch { 0 => "no GPU", 1 => "GPU 0 alone", _ => $"GPUs 0 to {count - 1}" } + " (nvidia-smi -L lists them)";
    }

    private static GenerationException Unknown(string message) => new(GenerationStep.Identification, message);

    private static GenerationException Incomplete(string message) => new(GenerationStep.Devices, message);
}
