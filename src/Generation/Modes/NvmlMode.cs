namespace GpuContainers.Generation.Modes;

/// <summary>Full GPUs and MIG devices of the NVIDIA kernel driver.</summary>
internal static class NvmlMode
{
    /// <summary>The devices of these ids, and the driver.</summary>
    internal static Generated Generate(HostSearch search, IReadOnlyList<string> ids) => Generated.From(() => Devices(search, ids), () => Common(search));

    /// <summary>The device of the id "none": a device must have an edit, and this one gives nothing (GN-12).</summary>
    internal static CdiDevice NoDevice => new() { Name = "none", ContainerEdits = new ContainerEdits { Env = ["NVCT_EMPTY_DEVICE="] } };

    // The first of "none" and "all" decides for the whole list, and nothing else is looked at (GN-11).
    private static List<CdiDevice> Devices(HostSearch search, IReadOnlyList<string> ids)
    {
        string? word = ids.FirstOrDefault(static id => id is "none" or "all");
        if (word == "none")
            return [NoDevice];
        search.Begin("devices", ExplanationRules.DeviceNames);
        if (search.IsExplained)
        {
            search.Note("libnvidia-ml.so.1", search.Inventory.Library);
            search.Decide("kernel module", search.Proc.Version ?? "none is loaded");
        }
        search.Inventory.Require();
        var selection = new GpuSelection(search.Inventory, forContainer: search.Options.HasOwnNode is not null);
        IReadOnlyList<(Gpu Gpu, MigDevice? Mig)> found = Select();
        if (search.Options.HasOwnNode is not null)
            found = PresentGpus.Of(search, Select, found, isAll: word == "all");
        foreach ((Gpu gpu, MigDevice? mig) in search.IsExplained ? found : [])
            search.Decide(
                mig is null ? $"GPU {gpu.Index}" : $"MIG device {gpu.Index}:{mig.Index}",
                mig?.Uuid ?? $"{gpu.Name}, {gpu.Uuid ?? "UUID not shown by the kernel module"}, {gpu.BusId}");
        var entries = new List<DeviceEntry>(found.Count);
        MigMinors? minors = null;
        foreach ((Gpu gpu, MigDevice? mig) in found)
        {
            if (mig is null)
                entries.Add(WithMemoryLimits(search, selection, gpu, FullGpu(search, selection, gpu)));
            else
                entries.Add(new DeviceEntry(gpu.Index, mig.Index, mig.Uuid, GpuNodes.Mig(search, minors ??= MigMinors.Read(search.Host.SystemRoot), gpu, mig)));
        }
        return DeviceNaming.Name(entries, search.Options.NameStrategies);

        IReadOnlyList<(Gpu, MigDevice?)> Select() =>
            word == "all" ? selection.All() : Selected(selection, ids, search.Options.KeepsRepeatedDevices);
    }

    /// <summary>A full GPU with its annotation, if that is asked for (GN-16).</summary>
    internal static DeviceEntry FullGpu(HostSearch search, GpuSelection selection, Gpu gpu)
    {
        bool? coherent = search.HasFlag(FeatureFlag.CoherentAnnotations) ? selection.IsCoherent(gpu) : null;
        bool needsUuid = search.Options.NameStrategies.Contains(DeviceNameStrategy.Uuid);
        Gpu named = needsUuid ? selection.WithUuid(gpu) : gpu;
        return new DeviceEntry(gpu.Index, null, named.Uuid ?? "", GpuNodes.Full(search, gpu), coherent);
    }

    // Full GPUs of this mode alone: the driver refuses limits for MIG devices (HK-143).
    private static DeviceEntry WithMemoryLimits(HostSearch search, GpuSelection selection, Gpu gpu, DeviceEntry entry) =>
        // A GPU without a node stays an empty device, which is an error that names the node: the hook alone would hide that (GN-17).
        entry.Edits.DeviceNodes.Count == 0
            ? entry
            : entry with { Edits = entry.Edits.Append(new ContainerEdits { Hooks = search.Hooks.ApplyCudaMemoryLimits(() => selection.UuidOf(gpu)) }) };

    // Two ids of one device are one device (GN-10), but where the runtime applies them one by one (RT-177).
    private static List<(Gpu, MigDevice?)> Selected(GpuSelection selection, IReadOnlyList<string> ids, bool keepsRepeated)
    {
        var found = new List<(Gpu Gpu, MigDevice? Mig)>();
        foreach (string id in ids)
        {
            (Gpu gpu, MigDevice? mig) = selection.One(DeviceIdentifier.Parse(id));
            if (keepsRepeated || !found.Exists(known => known.Gpu.Index == gpu.Index && known.Mig?.Index == mig?.Index))
                found.Add((gpu, mig));
        }
        return found;
    }

    // The order here is that of the hooks in the specification (GN-18).
    private static ContainerEdits Common(HostSearch search) =>
        ControlNodes.Find(search)
            .Append(Graphics(search))
            .Append(DriverFiles.Find(search))
            .Append(new ContainerEdits { Hooks = search.Hooks.Create(HookName.UpdateApplicationProfile, []) });

    // 13.5 #2: a host without graphics is not an error.
    private static ContainerEdits Graphics(HostSearch search)
    {
        try
        {
            return GraphicsFiles.Find(search);
        }
        catch (HostException missing)
        {
            Log.Warning($"failed to construct discoverer for graphics libraries: {missing.Message}");
            return ContainerEdits.Empty;
        }
    }
}

/// <summary>
/// GPUs that a container which starts now can really have: one without a device node would be missing in it without a word (RT-272).
/// </summary>
internal static class PresentGpus
{
    /// <summary>The devices whose nodes are there, after the driver's library had the chance to make them.</summary>
    /// <param name="search">The host.</param>
    /// <param name="select">Selects the devices once more.</param>
    /// <param name="found">The devices that were selected.</param>
    /// <param name="isAll">Whether nobody asked for one of them by its name.</param>
    /// <exception cref="GenerationException">A node that was asked for by name is missing, or all are.</exception>
    internal static IReadOnlyList<(Gpu Gpu, MigDevice? Mig)> Of(
        HostSearch search, Func<IReadOnlyList<(Gpu Gpu, MigDevice? Mig)>> select, IReadOnlyList<(Gpu Gpu, MigDevice? Mig)> found, bool isAll)
    {
        if (found.All(device => IsThere(search, device.Gpu)))
            return found;
        string folder = LexicalPath.Join(search.Root.DevPath, "/dev");
        if (!HostFile.IsDirectory(folder))
        {
            Log.Warning($"there is no folder {folder}: containers get no device nodes from this toolkit");
            return found;
        }
        search.Inventory.AskLibrary();
        found = select();
        var present = new List<(Gpu, MigDevice?)>(found.Count);
        foreach ((Gpu gpu, MigDevice? mig) in found)
        {
            if (IsThere(search, gpu))
                present.Add((gpu, mig));
            else if (!isAll)
                throw Missing($"GPU {gpu.Index} has no device node {Node(search, gpu)}; make it with: nvidia-modprobe -c {gpu.Minor}, or run nvidia-smi");
            else
                Log.Warning($"leaving out GPU {gpu.Index}, which has no device node {Node(search, gpu)}; "
                + $"nvidia-modprobe -c {gpu.Minor}, or nvidia-smi, makes it");
        }
        return present.Count > 0 || found.Count == 0
            ? present
            : throw Missing($"no GPU of this host has a device node below {folder}; make them with nvidia-smi, or nvidia-modprobe -c MINOR");
    }

    private static bool IsThere(HostSearch search, Gpu gpu) =>
        search.Files.TryNode(Node(search, gpu), out _, out _) || search.Options.HasOwnNode!(GpuNodes.GpuPath(gpu));

    private static string Node(HostSearch search, Gpu gpu) => LexicalPath.Join(search.Root.DevPath, GpuNodes.GpuPath(gpu));

    private static GenerationException Missing(string message) => new(GenerationStep.Devices, message);
}
