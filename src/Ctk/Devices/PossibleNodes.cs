using System.Text.RegularExpressions;
using GpuContainers.Host.Devices;

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

/// <summary>The minors of MIG capabilities.</summary>
internal sealed partial class MigCapabilities
{
    private const long Limit = 16 << 20;

    private readonly Dictionary<string, uint> _common = [];
    private readonly List<(uint Gpu, uint Instance, int Compute, uint Minor)> _ofGpus = [];

    private MigCapabilities(string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // A capability, exactly one blank, a minor (CT-185).
            Match match = Line().Match(line);
            if (!match.Success || !uint.TryParse(match.Groups["minor"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out uint minor))
                Log.Warning($"Skipping line in MIG minors file: {line}");
            else if (match.Groups["gpu"].Success)
                _ofGpus.Add((Number(match, "gpu"), Number(match, "gi"), match.Groups["ci"].Success ? (int)Number(match, "ci") : -1, minor));
            else
                _common[match.Groups["name"].Value] = minor;
        }
        _ofGpus.Sort();
    }

    /// <summary>Reads the host's file; null when there is none: the driver has no MIG (CT-186).</summary>
    public static MigCapabilities? Read(DeviceHost host) =>
        HostFile.TryReadAll(host.MigMinors, Limit, out byte[] bytes, out _) ? new MigCapabilities(Encoding.UTF8.GetString(bytes)) : null;

    /// <summary>The minors of "config" and "monitor", as far as they are known.</summary>
    public IEnumerable<uint> Common()
    {
        foreach (string name in (string[])["config", "monitor"])
        {
            if (_common.TryGetValue(name, out uint minor))
                yield return minor;
        }
    }

    /// <summary>
    /// The minors of a GPU's instances, each followed by those of its compute instances; all that the file has, also behind a gap in the numbers (CT-166).
    /// </summary>
    public IEnumerable<uint> OfGpu(uint gpu) => _ofGpus.Where(entry => entry.Gpu == gpu).Select(entry => entry.Minor);

    private static uint Number(Match match, string group) => uint.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^(?:(?<name>config|monitor)|gpu(?<gpu>[0-9]{1,6})/gi(?<gi>[0-9]{1,6})(?:/ci(?<ci>[0-9]{1,6}))?/access) (?<minor>[0-9]{1,9})$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
