using GpuContainers.Host.Gpus;
using GpuContainers.Runtime.ContainerCli.CommandLine;
using GpuContainers.Runtime.ContainerCli.Driver;
using GpuContainers.Runtime.ContainerCli.Selection;

namespace GpuContainers.Runtime.ContainerCli;

/// <summary>The command <c>list</c>: the driver's files and nodes, one path a line (CL-46 to CL-52).</summary>
internal sealed class ListCommand(DriverHost host, ListOptions options)
{
    private readonly StringBuilder _text = new();

    /// <summary>The text to print.</summary>
    internal string Run(DriverContent content, IReadOnlyList<int> channels)
    {
        var selection = DeviceSelection.Select(host, options.Devices);
        var config = MigRights.Select(CliError.MigConfig, "config", options.MigConfig, selection, host);
        var monitor = MigRights.Select(CliError.MigMonitor, "monitor", options.MigMonitor, selection, host);
        if (options.Devices is not null)
            AddDevices(content, selection);
        var capabilities = new Lazy<CapabilityNodes>(() => new CapabilityNodes(host));
        if (config.Gpus.Count == 0 && monitor.Gpus.Count == 0)
            AddMigs(selection, capabilities);
        foreach (int channel in channels)
            Add(ImexChannels.NodeOf(channel));
        AddRights(config, capabilities);
        AddRights(monitor, capabilities);
        AddFiles(content);
        return _text.ToString();
    }

    // Control nodes also on a host without GPU (CL-49).
    private void AddDevices(DriverContent content, DeviceSelection selection)
    {
        foreach (ControlNode node in content.ControlNodes)
            Add(node.Path);
        // A GPU of WSL has no node of its own (CL-148).
        foreach (Gpu gpu in host.Wsl is null ? selection.Gpus : [])
            Add(string.Create(CultureInfo.InvariantCulture, $"/dev/nvidia{gpu.Minor}"));
    }

    // Nodes of capabilities only where the kernel has them (CL-50).
    private void AddMigs(DeviceSelection selection, Lazy<CapabilityNodes> capabilities)
    {
        foreach (SelectedMig mig in selection.Migs)
        {
            Add(mig.GpuInstanceAccess);
            Add(mig.ComputeInstanceAccess);
            if (!capabilities.Value.Exist)
                continue;
            Add(capabilities.Value.Of(mig.GpuInstanceAccess).Path);
            Add(capabilities.Value.Of(mig.ComputeInstanceAccess).Path);
        }
    }

    // The folder of the nodes once for each GPU, as NVIDIA's toolkit prints it (CL-51).
    private void AddRights(MigRights rights, Lazy<CapabilityNodes> capabilities)
    {
        if (rights.Gpus.Count == 0)
            return;
        Add(rights.File);
        if (capabilities.Value.Exist)
            Add(capabilities.Value.Of(rights.File).Path);
        foreach (Gpu gpu in rights.Gpus)
        {
            Add(MigRights.FolderOf(gpu));
            if (!capabilities.Value.Exist)
                continue;
            Add(CapabilityNodes.Folder);
            foreach (CapabilityNode node in capabilities.Value.OfInstances(gpu))
                Add(node.Path);
        }
    }

    private void AddFiles(DriverContent content)
    {
        AddAll(options.Binaries, content.Programs);
        AddAll(options.Libraries, content.Libraries);
        AddAll(options.Libraries && options.Compat32, content.Libraries32);
        foreach (DriverSocket socket in options.Sockets ? content.Sockets : [])
            Add(socket.Path);
        AddAll(options.Firmware, content.Firmware);
    }

    private void AddAll(bool wanted, IReadOnlyList<string> paths)
    {
        foreach (string path in wanted ? paths : [])
            Add(path);
    }

    private void Add(string path) => _text.Append(path).Append('\n');
}
