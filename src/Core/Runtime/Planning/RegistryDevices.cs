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
        throw new CoreException(CoreFailure.CdiDevices, $"failed to inject CDI devices: unresolvable CDI devices {string.Join(", ", names)}; reading {string.Join(", ", directories)} is not part of this build yet ({document.RootPath})");
    }
}
