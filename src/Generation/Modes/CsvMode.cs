using GpuContainers.Host.Driver;
using GpuContainers.Host.Inventory;
using GpuContainers.Host.Tegra;

namespace GpuContainers.Generation.Modes;

/// <summary>Tegra: what the csv files of the platform name; with several GPUs the integrated one and the others apart.</summary>
/// <param name="options">What is wanted of the csv files.</param>
/// <param name="root">Where the driver is.</param>
/// <param name="inventory">The GPUs of the host.</param>
/// <param name="mounts">Makes edits of the entries.</param>
/// <param name="nodes">Finds the nodes of discrete GPUs.</param>
/// <param name="hooks">Makes the hooks.</param>
internal sealed class CsvMode(
    GenerationOptions options, DriverRoot root, GpuInventory inventory, CsvMounts mounts, GpuNodes nodes, HookCreator hooks)
{
    private readonly IReadOnlyList<CsvEntry> _entries = CsvFiles.Read(options.CsvFiles ?? CsvFiles.Default);

    /// <summary>The devices of these ids, and the platform's files.</summary>
    internal Generated Generate(IReadOnlyList<string> ids) =>
        // What was asked for bounds what is given: "none" is the driver's files without a GPU (RT-277).
        ids.Contains("none")
            ? Generated.From(static () => [NvmlMode.NoDevice], Common)
            : Generated.From(() => DeviceNaming.Name(Devices(ids), options.NameStrategies), Common);

    // With several GPUs, one of them discrete, the csv files alone cannot tell which node belongs to which GPU (GN-29).
    private List<DeviceEntry> Devices(IReadOnlyList<string> ids)
    {
        IReadOnlyList<Gpu> gpus = options.FeatureFlags.Contains(FeatureFlag.DisableMultipleCsvDevices) ? [] : Gpus();
        if (gpus.Count > 1)
        {
            try
            {
                return Mixed(gpus, ids);
            }
            catch (GenerationException refused) when (refused.Step == GenerationStep.Devices)
            {
                Log.Warning($"Failed to create mixed CSV spec generator; falling back to pure CSV implementation: {refused.Message}");
            }
        }
        return Pure(ids);
    }

    private IReadOnlyList<Gpu> Gpus()
    {
        if (!HasNvml)
            return [];
        try
        {
            return inventory.ReportedGpus;
        }
        catch (HostException unavailable)
        {
            Log.Debug($"taking the host for one with a single GPU: {unavailable.Message}");
            return [];
        }
    }

    private bool HasNvml => Platform.HasLibrary(root, "libnvidia-ml.so.1");

    // Without NVML there is one GPU, and it has no UUID (GN-30).
    private List<DeviceEntry> Pure(IReadOnlyList<string> ids)
    {
        string? unknown = ids.FirstOrDefault(static id => id is not ("all" or "0"));
        if (unknown is not null)
            throw new GenerationException(
                GenerationStep.Identification, $"unsupported device id: {ShownValues.One(unknown)}; this platform has one GPU: all or 0");
        return [new DeviceEntry(0, null, "", mounts.Find([.. Devices(static _ => true)]))];
    }

    // GPUs are named by index or UUID; MIG devices do not exist here (GN-31).
    private List<DeviceEntry> Mixed(IReadOnlyList<Gpu> gpus, IReadOnlyList<string> ids)
    {
        IEnumerable<Gpu> selected = ids.Contains("all") ? gpus : ids.Select(id => Selected(gpus, id)).Distinct();
        return [.. selected.Select(Entry)];
    }

    private static Gpu Selected(IReadOnlyList<Gpu> gpus, string text)
    {
        DeviceIdentifier id = DeviceIdentifier.Parse(text);
        string cause = id.Kind switch
        {
            DeviceIdentifierKind.MigIndex or DeviceIdentifierKind.MigUuid => $"generating a CDI spec for MIG id \"{text}\" is not supported in CSV mode",
            DeviceIdentifierKind.GpuIndex => $"failed to get device handle from index: Invalid Argument: there is no GPU {text}",
            DeviceIdentifierKind.GpuUuid or DeviceIdentifierKind.BareUuid => $"failed to get device handle from UUID: Not Found: there is no GPU {text}",
            _ => $"identifier is not a valid UUID or index: \"{text}\"",
        };
        Gpu? found = id.Kind switch
        {
            DeviceIdentifierKind.GpuIndex => gpus.FirstOrDefault(gpu => gpu.Index == id.Index),
            DeviceIdentifierKind.GpuUuid or DeviceIdentifierKind.BareUuid => gpus.FirstOrDefault(gpu => gpu.Uuid == text),
            _ => null,
        };
        return found
            ?? throw new GenerationException(GenerationStep.Identification, $"failed to create device spec generator for device \"{text}\": {cause}");
    }

    // The integrated GPU has the nodes of the csv files, a discrete one those of any machine (GN-32, GN-33).
    private DeviceEntry Entry(Gpu gpu)
    {
        bool integrated = IsIntegrated(gpu);
        if (gpu.Index != (integrated ? 0 : 1))
            throw new GenerationException(GenerationStep.Devices, $"unexpected device index for {(integrated ? "iGPU" : "dGPU")}: {gpu.Index}");
        if (integrated)
            return new DeviceEntry(gpu.Index, null, gpu.Uuid
                ?? "", mounts.Find([.. Devices(static path => path != "/dev/nvidia1"), new CsvEntry(CsvEntryKind.Device, "/dev/nvidia2")]), Coherent(gpu));
        ContainerEdits edits = nodes.Full(gpu)
            .Append(nodes.Control())
            .Append(mounts.Find([.. Devices(static path => !IsRegularNode(path) && !GpuNodes.ControlPaths.Contains(path))]));
        return new DeviceEntry(gpu.Index, null, gpu.Uuid ?? "", edits, Coherent(gpu));
    }

    private bool? Coherent(Gpu gpu) => options.FeatureFlags.Contains(FeatureFlag.CoherentAnnotations) ? gpu.IsCoherent : null;

    private bool IsIntegrated(Gpu gpu)
    {
        DriverError? error = inventory.Report.Gpus.FirstOrDefault(reported => reported.Index == gpu.Index)?.BusIdError;
        if (error?.Code == DriverError.NotSupported)
            return gpu.IsIntegrated;
        if (error is not null)
            throw new GenerationException(GenerationStep.Devices, $"error getting PCI info for device: error getting PCI info: {error.Text}");
        return gpu.BusId is { } bus && bus.StartsWith("0000:01:00.", StringComparison.Ordinal);
    }

    private IEnumerable<CsvEntry> Devices(Func<string, bool> accept) =>
        _entries.Where(entry => entry.Kind == CsvEntryKind.Device && accept(entry.Path));

    // "/dev/nvidia" and digits (DS-116)
    private static bool IsRegularNode(string path) =>
        path.StartsWith("/dev/nvidia", StringComparison.Ordinal) && path.Length > 11 && path.AsSpan(11).IndexOfAnyExceptInRange('0', '9') < 0;

    // What all GPUs share is everything in the csv files but their nodes (GN-35).
    private ContainerEdits Common()
    {
        ContainerEdits files = mounts.Find([.. _entries.Where(entry => entry.Kind != CsvEntryKind.Device && !IsIgnored(entry))]);
        List<Hook> made = [.. files.Hooks, .. CompatHook()];
        IReadOnlyList<string> folders = LibraryFolderNames.Find(files.Mounts);
        if (folders.Count > 0)
            made.AddRange(hooks.UpdateLdcache(folders));
        return files with { Hooks = made };
    }

    // A pattern that begins with **/ is matched against the name alone (DS-115).
    private bool IsIgnored(CsvEntry entry) => entry.Kind == CsvEntryKind.Symlink && options.CsvIgnorePatterns.Any(pattern =>
        pattern.StartsWith("**/", StringComparison.Ordinal)
            ? new GlobPattern(pattern[3..]).IsMatch(LexicalPath.Base(entry.Path))
            : new GlobPattern(pattern).IsMatch(entry.Path));

    // Orin keeps its compatibility libraries in a folder of its own; there the CUDA version decides, not the driver's (GN-36).
    private Hook[] CompatHook()
    {
        if (!HasNvml)
            return [];
        try
        {
            IReadOnlyList<Gpu> gpus = inventory.ReportedGpus;
            if (inventory.Report.CudaVersion is not { } version)
                throw new HostException(HostFailure.DriverUnavailable, $"failed to get CUDA version: {inventory.Report.CudaVersionError?.Text}");
            // The driver tells its CUDA version as one number (NV-14).
            List<string> arguments = [$"--host-cuda-version={version / 1000}.{version % 1000 / 10}"];
            if (options.CsvCompatContainerRoot.Length > 0 && gpus.Any(static gpu => gpu.Name.Contains("Orin (nvgpu)", StringComparison.Ordinal)))
                arguments.Add("--cuda-compat-container-root=" + options.CsvCompatContainerRoot);
            return hooks.Create(HookName.EnableCudaCompat, arguments);
        }
        catch (HostException unavailable)
        {
            Log.Warning($"leaving out the CUDA compatibility hook: {unavailable.Message}");
            return [];
        }
    }
}
