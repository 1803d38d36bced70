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
        // RT-166: later directories have priority.
        CdiRegistry registry = CdiRegistry.Load(directories);
        if (registry.Errors.Count > 0)
            Log.Debug($"The following error was triggered when refreshing the CDI registry: {string.Join('\n', registry.Errors)}");
        Log.Debug($"Injecting devices using CDI: [{string.Join(' ', names)}]");
        try
        {
            Injection.Inject(registry, document, names);
        }
        catch (CdiException error)
        {
            // RT-167: files that could not be read become visible now.
            if (registry.Errors.Count > 0)
                Log.Warning($"Refreshing the CDI registry generated errors: {string.Join('\n', registry.Errors)}");
            throw new CoreException(CoreFailure.CdiDevices, $"failed to inject CDI devices: {error.Message}", error);
        }
    }
}
