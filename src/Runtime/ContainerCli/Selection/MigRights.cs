using GpuContainers.Host.Devices;
using GpuContainers.Host.Gpus;
using GpuContainers.Host.Inventory;
using GpuContainers.Runtime.ContainerCli.Driver;

namespace GpuContainers.Runtime.ContainerCli.Selection;

/// <summary>The right to configure or to monitor MIG on GPUs (CL-72, CL-51).</summary>
/// <param name="Name">"config" or "monitor".</param>
/// <param name="Gpus">The selected GPUs that can be cut up; empty when the right was not asked for.</param>
internal sealed record MigRights(string Name, IReadOnlyList<Gpu> Gpus)
{
    /// <summary>The capability file of the right.</summary>
    internal string File => "/proc/driver/nvidia/capabilities/mig/" + Name;

    /// <summary>The capability folder of a GPU.</summary>
    internal static string FolderOf(Gpu gpu) => $"/proc/driver/nvidia/capabilities/gpu{gpu.Minor}";

    /// <summary>Reads a request for the right.</summary>
    /// <param name="kind">The kind of its errors.</param>
    /// <param name="name">"config" or "monitor".</param>
    /// <param name="words">The value of the option.</param>
    /// <param name="selection">The selected devices.</param>
    /// <param name="host">The machine.</param>
    /// <exception cref="CliException">Another word than "all", or single MIG devices were selected.</exception>
    internal static MigRights Select(CliError kind, string name, string words, DeviceSelection selection, DriverHost host)
    {
        bool wanted = false;
        foreach (string word in words.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (selection.Gpus.Count == 0)
                break;
            if (!word.Equals("all", StringComparison.OrdinalIgnoreCase))
                throw new CliException(kind, $"{word}: only 'all' devices are currently supported");
            if (selection.NamesMig)
            {
                throw new CliException(
                    kind, $"{word}: cannot enable mig-{name} with specific MIG devices selected", "select whole GPUs, or leave the right out");
            }
            wanted = true;
        }
        var capable = new List<Gpu>();
        foreach (Gpu gpu in wanted ? selection.Gpus : [])
        {
            if (IsCapable(host.Report, gpu))
                capable.Add(gpu);
        }
        return new MigRights(name, capable);
    }

    private static bool IsCapable(InventoryReport report, Gpu gpu)
    {
        foreach (InventoryGpu reported in report.Gpus)
        {
            if (reported.Index == gpu.Index)
                return reported.IsMigCapable;
        }
        return false;
    }
}

/// <summary>The device nodes of MIG capabilities, which exist only where the kernel has a major for them (CL-109, CL-115).</summary>
internal sealed class CapabilityNodes
{
    private readonly DriverHost _host;
    private readonly uint? _major;

    internal CapabilityNodes(DriverHost host)
    {
        _host = host;
        _major = CharacterMajors.Read(host.Context.SystemRoot).Find("nvidia-caps");
    }

    /// <summary>The folder of the nodes.</summary>
    internal const string Folder = "/dev/nvidia-caps";

    /// <summary>Whether this kernel has such nodes.</summary>
    internal bool Exist => _major is not null;

    /// <summary>The node of a capability file.</summary>
    /// <exception cref="CliException">The file does not tell its minor.</exception>
    internal CapabilityNode Of(string file)
    {
        bool isRead = DeviceFileParameters.TryRead(_host.PathOf(file), out DeviceFileParameters parameters, out Errno error);
        if (parameters.Minor is { } minor)
            return Node(minor);
        throw new CliException(CliError.Detection, $"unable to get cap device attributes: {file}{(isRead ? "" : ": " + error.Describe())}");
    }

    /// <summary>The nodes of all instances on a GPU (CL-51, CL-111).</summary>
    internal IEnumerable<CapabilityNode> OfInstances(Gpu gpu)
    {
        foreach (uint minor in MigMinors.Read(_host.Context.SystemRoot)?.OfGpu(gpu.Minor ?? -1) ?? [])
            yield return Node(minor);
    }

    private CapabilityNode Node(uint minor) => new(string.Create(CultureInfo.InvariantCulture, $"{Folder}/nvidia-cap{minor}"), _major ?? 0, minor);
}

/// <summary>The node of one capability.</summary>
internal sealed record CapabilityNode(string Path, uint Major, uint Minor);
