using System.Globalization;
using GpuContainers.Host.Files;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Generation.Modes;

/// <summary>Full GPUs and MIG devices of the NVIDIA kernel driver.</summary>
/// <param name="options">Which devices are wanted, and how.</param>
/// <param name="inventory">The GPUs of the host.</param>
/// <param name="present">Which of them a container can have.</param>
/// <param name="nodes">Finds their nodes.</param>
/// <param name="hooks">Makes the hooks.</param>
/// <param name="notes">Takes notes of the search.</param>
internal sealed class NvmlMode(
    GenerationOptions options, GpuInventory inventory, PresentGpus present, GpuNodes nodes, HookCreator hooks, SearchNotes notes)
{
    /// <summary>The device of the id "none": a device must have an edit, and this one gives nothing (GN-12).</summary>
    internal static CdiDevice NoDevice => new() { Name = "none", ContainerEdits = new ContainerEdits { Env = ["NVCT_EMPTY_DEVICE="] } };

    /// <summary>The devices of these ids. The first of "none" and "all" decides for the whole list, and nothing else is looked at (GN-11).</summary>
    internal List<CdiDevice> Devices(IReadOnlyList<string> ids)
    {
        string? word = ids.FirstOrDefault(static id => id is "none" or "all");
        if (word == "none")
            return [NoDevice];
        notes.Begin("devices", ExplanationRules.DeviceNames);
        if (notes.AreWanted)
        {
            notes.Note("libnvidia-ml.so.1", inventory.Library);
            notes.Decide("kernel module", inventory.Proc.Version ?? "none is loaded");
        }
        inventory.Require();
        var selection = new GpuSelection(inventory, forContainer: options.HasOwnNode is not null);
        IReadOnlyList<(Gpu Gpu, MigDevice? Mig)> found = Select();
        if (options.HasOwnNode is not null)
            found = present.Of(Select, found, isAll: word == "all");
        foreach ((Gpu gpu, MigDevice? mig) in notes.AreWanted ? found : [])
            notes.Decide(
                mig is null ? $"GPU {gpu.Index}" : $"MIG device {gpu.Index}:{mig.Index}",
                mig?.Uuid ?? $"{gpu.Name}, {gpu.Uuid ?? "UUID not shown by the kernel module"}, {gpu.BusId}");
        var entries = new List<DeviceEntry>(found.Count);
        foreach ((Gpu gpu, MigDevice? mig) in found.Items())
        {
            if (mig is null)
                entries.Add(WithMemoryLimits(selection, gpu, FullGpu(selection, gpu)));
            else
                entries.Add(new DeviceEntry(gpu.Index, mig.Index, mig.Uuid, nodes.Mig(gpu, mig)));
        }
        return DeviceNaming.Name(entries, options.NameStrategies);

        IReadOnlyList<(Gpu, MigDevice?)> Select() =>
            word == "all" ? selection.All() : Selected(selection, ids, options.KeepsRepeatedDevices);
    }

    /// <summary>Looks at nodes before the folders of libraries are listed; the answers are kept for <see cref="Devices"/> and <see cref="Common"/>.</summary>
    internal void LookAhead(IReadOnlyList<string> ids) => nodes.LookAhead(inventory.IsToldByProc && !ids.Contains("none") ? Named(ids) : []);

    // As the selection will, this reads the files of procfs in turn, and none behind the last GPU that was asked for.
    private List<Gpu> Named(IReadOnlyList<string> ids)
    {
        var named = new List<Gpu>();
        bool wantsAll = ids.Contains("all");
        foreach (Gpu gpu in inventory.Proc.Gpus())
        {
            if (!wantsAll && !ids.Contains(gpu.Index.ToString(CultureInfo.InvariantCulture)) && !(gpu.Uuid is { } uuid && ids.Contains(uuid)))
                continue;
            named.Add(gpu);
            if (!wantsAll && named.Count == ids.Count)
                break;
        }
        return named;
    }

    // With its annotation, if that is asked for (GN-16).
    private DeviceEntry FullGpu(GpuSelection selection, Gpu gpu)
    {
        bool? coherent = options.FeatureFlags.Contains(FeatureFlag.CoherentAnnotations) ? selection.IsCoherent(gpu) : null;
        bool needsUuid = options.NameStrategies.Contains(DeviceNameStrategy.Uuid);
        Gpu named = needsUuid ? selection.WithUuid(gpu) : gpu;
        return new DeviceEntry(gpu.Index, null, named.Uuid ?? "", nodes.Full(gpu), coherent);
    }

    // Full GPUs of this mode alone: the driver refuses limits for MIG devices (HK-143).
    private DeviceEntry WithMemoryLimits(GpuSelection selection, Gpu gpu, DeviceEntry entry) =>
        // A GPU without a node stays an empty device, which is an error that names the node: the hook alone would hide that (GN-17).
        entry.Edits.DeviceNodes.Count == 0
            ? entry
            : entry with { Edits = entry.Edits.Append(new ContainerEdits { Hooks = hooks.ApplyCudaMemoryLimits(() => selection.UuidOf(gpu)) }) };

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

    /// <summary>The driver, in the order of the hooks in the specification (GN-18).</summary>
    internal ContainerEdits Common(GraphicsFiles graphics, DriverFiles driver) =>
        nodes.Control()
            .Append(Graphics(graphics))
            .Append(driver.Find())
            .Append(new ContainerEdits { Hooks = hooks.Create(HookName.UpdateApplicationProfile, []) });

    // 13.5 #2: a host without graphics is not an error.
    private static ContainerEdits Graphics(GraphicsFiles graphics)
    {
        try
        {
            return graphics.Find();
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
/// <param name="files">The files of the host.</param>
/// <param name="search">Tells where nodes are.</param>
/// <param name="inventory">The GPUs of the host.</param>
/// <param name="hasOwnNode">Whether the container has a node of this path from elsewhere; null where no container starts.</param>
internal sealed class PresentGpus(FileTree files, NodeSearch search, GpuInventory inventory, Func<string, bool>? hasOwnNode)
{
    /// <summary>The devices whose nodes are there, after the driver's library had the chance to make them.</summary>
    /// <param name="select">Selects the devices once more.</param>
    /// <param name="found">The devices that were selected.</param>
    /// <param name="isAll">Whether nobody asked for one of them by its name.</param>
    /// <exception cref="GenerationException">A node that was asked for by name is missing, or all are.</exception>
    internal IReadOnlyList<(Gpu Gpu, MigDevice? Mig)> Of(
        Func<IReadOnlyList<(Gpu Gpu, MigDevice? Mig)>> select, IReadOnlyList<(Gpu Gpu, MigDevice? Mig)> found, bool isAll)
    {
        if (found.All(device => IsThere(device.Gpu)))
            return found;
        string folder = search.HostPath("/dev");
        if (!HostFile.IsDirectory(folder))
        {
            Log.Warning($"there is no folder {folder}: containers get no device nodes from this toolkit");
            return found;
        }
        Gpu[] missing = [.. found.Select(static device => device.Gpu).Where(gpu => !IsThere(gpu))];
        inventory.AskLibrary();
        Gpu[] uncounted = [.. missing.Where(gpu => inventory.Gpus.All(counted => counted.BusId != gpu.BusId))];
        found = Again(select, uncounted);
        foreach (Gpu gpu in isAll ? uncounted : [])
            Log.Warning($"leaving out {Uncounted(gpu)}");
        var present = new List<(Gpu, MigDevice?)>(found.Count);
        foreach ((Gpu gpu, MigDevice? mig) in found.Items())
        {
            if (IsThere(gpu))
                present.Add((gpu, mig));
            else if (!isAll)
                throw Missing($"GPU {gpu.Index} has no device node {Node(gpu)}; make it with: nvidia-modprobe -c {gpu.Minor}, or run nvidia-smi");
            else
                Log.Warning($"leaving out GPU {gpu.Index}, which has no device node {Node(gpu)}; "
                + $"nvidia-modprobe -c {gpu.Minor}, or nvidia-smi, makes it");
        }
        return present.Count > 0 || found.Count == 0
            ? present
            : throw Missing($"no GPU of this host has a device node below {folder}; make them with nvidia-smi, or nvidia-modprobe -c MINOR");
    }

    // By the order of the GPUs that the library can open: a number of those that procfs lists may be none of them.
    private IReadOnlyList<(Gpu Gpu, MigDevice? Mig)> Again(Func<IReadOnlyList<(Gpu Gpu, MigDevice? Mig)>> select, Gpu[] uncounted)
    {
        try
        {
            return select();
        }
        catch (GenerationException unknown) when (uncounted.Length > 0)
        {
            throw new GenerationException(unknown.Step, $"{unknown.Message}; it does not count {Uncounted(uncounted[0])}", unknown);
        }
    }

    private string Uncounted(Gpu gpu) =>
        $"the GPU at {gpu.BusId}, which has no device node {Node(gpu)}; nvidia-modprobe -c {gpu.Minor}, or nvidia-smi, makes it";

    private bool IsThere(Gpu gpu) =>
        files.TryNode(Node(gpu), out _, out _) || hasOwnNode!(GpuNodes.GpuPath(gpu));

    private string Node(Gpu gpu) => search.HostPath(GpuNodes.GpuPath(gpu));

    private static GenerationException Missing(string message) => new(GenerationStep.Devices, message);
}
