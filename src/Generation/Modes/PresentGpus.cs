using GpuContainers.Diagnostics;
using GpuContainers.Generation.Discovery;
using GpuContainers.Host.Gpus;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Generation.Modes;

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
        HostFile.TryStatus(Node(search, gpu), followLinks: false, out _) || search.Options.HasOwnNode!(GpuNodes.GpuPath(gpu));

    private static string Node(HostSearch search, Gpu gpu) => LexicalPath.Join(search.Root.DevPath, GpuNodes.GpuPath(gpu));

    private static GenerationException Missing(string message) => new(GenerationStep.Devices, message);
}
