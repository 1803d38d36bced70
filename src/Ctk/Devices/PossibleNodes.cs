using GpuContainers.Host;
using GpuContainers.Host.Devices;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Ctk.Devices;

/// <summary>All nodes that the driver can have on this host, whether they exist or not (CT-165, CT-166).</summary>
internal static class PossibleNodes
{
    private const string Step = "failed to create symlink creator: failed to create all possible device lister: ";

    /// <summary>Control devices, then for each GPU its node and those of its MIG capabilities; nothing when there is no GPU.</summary>
    /// <exception cref="HostException">The driver is not loaded, or the kernel does not tell.</exception>
    public static IReadOnlyList<CharacterDevice> List(DeviceHost host, string devRoot)
    {
        DeviceMajors majors = DeviceMajors.Read(host, Step + "failed reading device majors");
        MigCapabilities? capabilities = MigCapabilities.Read(host);
        uint? capabilityMajor = capabilities is null ? null : Require(majors, "nvidia-caps");
        uint gpuMajor = Require(majors, "nvidia");
        uint memoryMajor = Require(majors, "nvidia-uvm");
        int gpus = PciGpus.Count(host);
        if (gpus == 0)
            return [];
        string folder = LexicalPath.Join(devRoot, "dev");
        var nodes = new List<CharacterDevice>
        {
            new(folder + "/nvidia-modeset", gpuMajor, 254),
            new(folder + "/nvidiactl", gpuMajor, 255),
            new(folder + "/nvidia-uvm", memoryMajor, 0),
            new(folder + "/nvidia-uvm-tools", memoryMajor, 1),
        };
        IEnumerable<CharacterDevice> Nodes(IEnumerable<uint> minors) =>
            minors.Select(minor => new CharacterDevice($"{folder}/nvidia-caps/nvidia-cap{minor}", capabilityMajor!.Value, minor));
        if (capabilities is not null)
            nodes.AddRange(Nodes(capabilities.Common()));
        // The number of a GPU on the bus is taken for its minor (CT-167).
        for (uint gpu = 0; gpu < gpus; gpu++)
        {
            nodes.Add(new CharacterDevice($"{folder}/nvidia{gpu}", gpuMajor, gpu));
            if (capabilities is not null)
                nodes.AddRange(Nodes(capabilities.OfGpu(gpu)));
        }
        return nodes;
    }

    private static uint Require(DeviceMajors majors, string name) =>
        majors.Find(name) ?? throw new HostException($"{Step}missing required device major {name}");
}
