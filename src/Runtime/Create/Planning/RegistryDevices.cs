using GpuContainers.Cdi;
using GpuContainers.Diagnostics;
using GpuContainers.Oci;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>Devices that CDI specifications on the host describe.</summary>
internal static class RegistryDevices
{
    private const int ShownDevices = 16;

    /// <summary>Gives the container all of the devices, or none and an error (RT-168).</summary>
    /// <exception cref="CoreException">A device is unknown, or its edits do not fit the host.</exception>
    public static void Inject(OciDocument document, IReadOnlyList<string> names, IReadOnlyList<string> directories)
    {
        // Later directories have priority, nothing is watched (RT-166).
        var registry = CdiRegistry.Load(directories);
        string errors = Errors(registry);
        if (errors.Length > 0)
            Log.Debug($"The following error was triggered when refreshing the CDI registry: {errors}");
        Log.Debug($"Injecting devices using CDI: [{string.Join(' ', names)}]");
        try
        {
            CdiInjector.Inject(document, registry, names);
        }
        catch (CdiException error)
        {
            if (error.Devices.Count > 0)
                Log.Warning($"could not resolve CDI devices: [{string.Join(' ', error.Devices)}]");
            string cure = error.Devices.Count > 0 ? Explanation(registry, error.Devices) : Outdated(registry, names);
            // Files that could not be read become visible now (RT-167).
            if (errors.Length > 0)
                Log.Warning($"Refreshing the CDI registry generated errors: {errors}");
            throw new CoreException(CoreFailure.CdiDevices, $"failed to inject CDI devices: {error.Message}{cure}", error);
        }
    }

    // What was searched, what there is instead, and what kept a file from being used (RT-168).
    private static string Explanation(CdiRegistry registry, IReadOnlyList<string> unknown)
    {
        string folders = registry.Folders.Count == 0 ? "no directory (nvidia-container-runtime.modes.cdi.spec-dirs is empty)"
            : string.Join(", ", registry.Folders);
        string text = $"; searched in {folders}";
        var kinds = new List<string>();
        foreach (string name in unknown)
        {
            string kind = name.Split('=')[0];
            if (kinds.Contains(kind))
                continue;
            kinds.Add(kind);
            text += $"; devices of the kind {kind}: {Known(registry, kind)}";
        }
        string errors = Errors(registry);
        return text + (errors.Length == 0
            ? "; ask for a device that is described there, or describe what is missing with 'nvidia-ctk cdi generate'"
            : $"; not usable: {errors}; correct or remove these files, or ask for a device that is described in others");
    }

    // A specification that names what the host lacks is most likely older than the host's state, as after a driver update.
    private static string Outdated(CdiRegistry registry, IReadOnlyList<string> names)
    {
        var files = new List<string>();
        foreach (string name in names)
        {
            if (registry.Find(name) is { } device && !files.Contains(device.Source.Path))
                files.Add(device.Source.Path);
        }
        return $"; correct {string.Join(" or ", files)}, or generate it again ('nvidia-ctk cdi generate'), "
            + "if it is older than the driver or the devices of this host";
    }

    private static string Known(CdiRegistry registry, string kind)
    {
        var known = new List<string>();
        foreach (string name in registry.GetDeviceNames())
        {
            if (name.StartsWith(kind + "=", StringComparison.Ordinal))
                known.Add(name);
        }
        if (known.Count == 0)
            return "none";
        string more = known.Count > ShownDevices ? $" and {known.Count - ShownDevices} more" : "";
        return string.Join(", ", known.GetRange(0, Math.Min(known.Count, ShownDevices))) + more;
    }

    private static string Errors(CdiRegistry registry)
    {
        var lines = new List<string>();
        foreach ((string path, IReadOnlyList<RegistryError> errors) in registry.GetErrors())
            lines.Add($"{path}: {string.Join("; ", errors)}");
        return string.Join("; ", lines);
    }
}
