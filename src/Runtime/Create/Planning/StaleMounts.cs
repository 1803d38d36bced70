using GpuContainers.Cdi;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>
/// Files that a specification mounts and that are gone, as after an update of the driver: the low-level runtime would name the file alone, not the
/// specification that is to be made again (RT-273).
/// </summary>
internal static class StaleMounts
{
    /// <summary>Passes when the sources of all bind mounts that the names bring are there.</summary>
    /// <exception cref="CoreException">One is not.</exception>
    public static void Require(CdiRegistry registry, IReadOnlyList<string> names)
    {
        foreach ((Mount mount, string file) in Remaining(registry, names).Values)
        {
            if (!IsBind(mount) || !mount.HostPath.StartsWith('/') || HostFile.TryStatus(mount.HostPath, followLinks: true, out _, out Errno error))
                continue;
            // Whatever else is wrong is the low-level runtime's to tell: it may have other rights.
            if (error is Errno.ENOENT or Errno.ENOTDIR)
                throw new CoreException(
                    $"failed to inject CDI devices: {mount.HostPath}, which {file} mounts at {mount.ContainerPath}, does not exist on this host: the " +
                        $"specification is stale; make it again with 'nvidia-ctk cdi generate --output={file}'");
        }
    }

    // Of several mounts with one destination the last stays (RT-245).
    private static Dictionary<string, (Mount Mount, string File)> Remaining(CdiRegistry registry, IReadOnlyList<string> names)
    {
        var mounts = new Dictionary<string, (Mount, string)>(StringComparer.Ordinal);
        var seen = new HashSet<RegisteredSpec>(ReferenceEqualityComparer.Instance);
        foreach (string name in names)
        {
            if (registry.Find(name) is not { } device)
                continue;
            if (seen.Add(device.Source))
                Take(device.Source.Spec.ContainerEdits);
            Take(device.Device.ContainerEdits);

            void Take(ContainerEdits edits)
            {
                foreach (Mount mount in edits.Mounts)
                    mounts[mount.ContainerPath] = (mount, device.Source.Path);
            }
        }
        return mounts;
    }

    private static bool IsBind(Mount mount) => mount.Type == "bind" || mount.Options.Contains("bind") || mount.Options.Contains("rbind");
}
