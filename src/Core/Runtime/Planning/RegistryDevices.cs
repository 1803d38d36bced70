using GpuContainers.Cdi;
using GpuContainers.Linux;
using GpuContainers.Oci;

namespace GpuContainers.Core.Runtime.Planning;

/// <summary>Devices that CDI specifications on the host describe (runtime.md section 14.2).</summary>
internal static class RegistryDevices
{
    /// <summary>Gives the container all of the devices, or none and an error (RT-168).</summary>
    /// <exception cref="CoreException">A device is unknown, or its edits do not fit the host.</exception>
    public static void Inject(OciDocument document, IReadOnlyList<string> names, IReadOnlyList<string> directories)
    {
        Log.Debug($"Injecting devices using CDI: [{string.Join(' ', names)}]");
        CdiRegistry registry = CdiRegistry.Load(directories);
        // RT-167: a broken file matters only when a device is missing.
        string errors = Describe(registry.Errors);
        if (errors.Length > 0)
            Log.Debug($"Refreshing the CDI registry generated errors: {errors}");
        try
        {
            Injection.Inject(registry, document, names);
        }
        catch (CdiException error)
        {
            if (error.Devices.Count > 0)
                Log.Warning($"could not resolve CDI devices: [{string.Join(' ', error.Devices)}]");
            if (errors.Length > 0)
                Log.Warning($"Refreshing the CDI registry generated errors: {errors}");
            throw new CoreException(CoreFailure.CdiDevices, $"failed to inject CDI devices: {error.Message}{Known(registry, error.Devices)}");
        }
    }

    private static string Describe(IReadOnlyDictionary<string, IReadOnlyList<string>> errors)
    {
        var texts = new List<string>();
        foreach ((_, IReadOnlyList<string> ofPath) in errors)
            texts.AddRange(ofPath);
        return string.Join("; ", texts);
    }

    // RT-168: where was searched, and what there is of the same kind.
    private static string Known(CdiRegistry registry, IReadOnlyList<string> unknown)
    {
        string folders = registry.Folders.Count == 0 ? "no directory (none is configured)" : string.Join(", ", registry.Folders);
        string text = "";
        string? described = null;
        foreach (string name in unknown)
        {
            string kind = QualifiedDeviceName.Split(name).Kind;
            if (kind == described)
                continue;
            described = kind;
            var known = new List<string>();
            foreach (string device in registry.DeviceNames)
            {
                if (device.StartsWith(kind + "=", StringComparison.Ordinal))
                    known.Add(device);
            }
            string devices = known.Count == 0 ? "no devices" : "the devices " + string.Join(", ", known);
            text += $"; searched {folders} and found {devices} of kind {kind}";
        }
        return text.Length == 0 ? "" : text + "; generate a specification with \"nvidia-ctk cdi generate\", or check the request against \"nvidia-ctk cdi list\"";
    }
}
