using GpuContainers.Host.Devices;
using GpuContainers.Host.Gpus;
using GpuContainers.Runtime.ContainerCli.Driver;

namespace GpuContainers.Runtime.ContainerCli.Selection;

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
