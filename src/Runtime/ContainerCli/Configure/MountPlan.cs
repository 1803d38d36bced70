using GpuContainers.Host.Gpus;
using GpuContainers.Linux.Mounts;
using GpuContainers.Runtime.ContainerCli.Cgroups;
using GpuContainers.Runtime.ContainerCli.CommandLine;
using GpuContainers.Runtime.ContainerCli.Driver;
using GpuContainers.Runtime.ContainerCli.Selection;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>What a container gets of the host, by its request alone; nothing is looked at in the container (NL-5).</summary>
internal sealed class MountPlan
{
    private const MountFlags FileFlags = MountFlags.ReadOnly | MountFlags.NoDevices | MountFlags.NoSetId;
    private const MountFlags NodeFlags = MountFlags.ReadOnly | MountFlags.NoSetId | MountFlags.NoExecution;
    private const MountFlags SocketFlags = MountFlags.NoDevices | MountFlags.NoSetId | MountFlags.NoExecution;
    private const MountFlags ProcFlags = SocketFlags | MountFlags.ReadOnly;
    private const uint NvidiaMajor = 195;

    private readonly DriverHost _host;
    private readonly ConfigureOptions _options;
    private readonly List<PlannedMount> _mounts = [];
    private readonly List<DeviceRule> _rules = [];

    private MountPlan(DriverHost host, ConfigureOptions options)
    {
        _host = host;
        _options = options;
    }

    /// <summary>The mounts, in the order in which they are made.</summary>
    internal IReadOnlyList<PlannedMount> Mounts => _mounts;

    /// <summary>The devices that the container's group lets through.</summary>
    internal IReadOnlyList<DeviceRule> Rules => _rules;

    /// <summary>The GPUs for the application profile, as bits by their minors; null for a container without graphics (CL-99).</summary>
    internal ulong? VisibleGpus { get; private set; }

    /// <summary>Whether the driver has files in procfs.</summary>
    internal bool HasProcFiles => _host.Wsl is null;

    /// <summary>Whether the host has programs or libraries, so that their folders are made (CL-91).</summary>
    internal bool HasPrograms { get; private init; }

    internal bool HasLibraries { get; private init; }

    internal bool HasLibraries32 { get; private init; }

    /// <summary>Plans.</summary>
    /// <exception cref="CliException">A node is missing or has another number.</exception>
    internal static MountPlan Build(DriverHost host, DriverContent content, ConfigureOptions options, DeviceRequest request)
    {
        var plan = new MountPlan(host, options)
        {
            HasPrograms = content.Programs.Count > 0,
            HasLibraries = content.Libraries.Count > 0,
            HasLibraries32 = options.Compat32 && content.Libraries32.Count > 0,
        };
        plan.AddDriverFiles(content);
        plan.AddControlNodes(content);
        if (host.Wsl is null)
            plan.AddGpus(request.Devices.Gpus);
        else if (request.Devices.Gpus.Count > 0)
            plan.AddStore(host.Wsl);
        var capabilities = new Lazy<CapabilityNodes>(() => new CapabilityNodes(host));
        if (request.Config.Gpus.Count == 0 && request.Monitor.Gpus.Count == 0)
            plan.AddMigs(request.Devices.Migs, capabilities);
        else
            plan.AddRights([request.Config, request.Monitor], capabilities);
        foreach (int channel in request.Channels)
            plan.AddNode(ImexChannels.NodeOf(channel), null);
        return plan;
    }

    private void AddDriverFiles(DriverContent content)
    {
        AddNamed(content.Programs, DriverNames.Programs, _options.Programs, MountPlace.Programs);
        AddNamed(content.Libraries, DriverNames.Libraries, _options.Libraries | (_host.Wsl is null ? 0 : LibraryGroup.DxCore), MountPlace.Libraries);
        if (_options.Compat32)
            AddNamed(content.Libraries32, DriverNames.Libraries, _options.Libraries, MountPlace.Libraries32);
        foreach (string file in content.Firmware)
            _mounts.Add(new PlannedMount(file, MountPlace.Path, file, FileFlags));
        foreach (DriverSocket socket in content.Sockets)
        {
            // MPS is of use to CUDA alone, the daemons to the management programs (CL-93).
            if ((socket.Group & _options.Libraries) != 0)
                _mounts.Add(new PlannedMount(socket.Path, MountPlace.Path, socket.Path, SocketFlags));
        }
    }

    // By the name of the file itself; sonames are the loader's cache's business (CL-91, CL-92).
    private void AddNamed(IReadOnlyList<string> paths, DriverName[] names, LibraryGroup groups, MountPlace place)
    {
        foreach (string path in paths)
        {
            string name = LexicalPath.Base(path);
            if (names.IsOf(groups, name) && !_mounts.Exists(mount => mount.Place == place && mount.Name == name))
                _mounts.Add(new PlannedMount(path, place, name, FileFlags));
        }
    }

    // UVM is of use to CUDA alone, modesetting to displays (CL-95).
    private void AddControlNodes(DriverContent content)
    {
        foreach (ControlNode node in content.ControlNodes)
        {
            bool isWanted = node.IsDisplay ? _options.Display : node.Group == LibraryGroup.None || (node.Group & _options.Libraries) != 0;
            if (isWanted)
                AddNode(node.Path, new DeviceRule(node.Major, node.Minor));
        }
    }

    // A GPU is its node, its folder in procfs, and for graphics its place in the profile (CL-97 to CL-99).
    private void AddGpus(IReadOnlyList<Gpu> gpus)
    {
        ulong visible = 0;
        foreach (Gpu gpu in gpus)
        {
            uint minor = (uint)gpu.Minor!.Value;
            AddNode(string.Create(CultureInfo.InvariantCulture, $"/dev/nvidia{minor}"), new DeviceRule(NvidiaMajor, minor));
            string address = ProcAddress(gpu.BusId ?? "");
            _mounts.Add(new PlannedMount("/proc/driver/nvidia/gpus/" + address, MountPlace.DriverProc, "gpus/" + address, ProcFlags));
            visible |= BitOf(minor);
        }
        if ((_options.Libraries & LibraryGroup.Graphics) != 0)
            VisibleGpus = visible;
    }

    // At the place where the loader libraries of Windows look for them (CL-149).
    private void AddStore(WslDriver driver)
    {
        foreach (string file in driver.Files)
            _mounts.Add(new PlannedMount(file, MountPlace.Path, file, FileFlags));
    }

    private ulong BitOf(uint minor)
    {
        bool hasGraphics = (_options.Libraries & LibraryGroup.Graphics) != 0;
        if (minor > 63 && hasGraphics)
            throw new CliException(CliError.Mount, $"/dev/nvidia{minor}: the application profile has room for GPUs up to minor 63 only");
        return hasGraphics ? 1UL << (int)minor : 0;
    }

    // Some kernels write the domain with eight digits (CL-98).
    private string ProcAddress(string address)
    {
        int colon = address.IndexOf(':');
        if (colon < 0)
            return address;
        string domain = address[..colon].PadLeft(8, '0');
        string wide = domain + address[colon..];
        return HostFile.IsDirectory(_host.PathOf("/proc/driver/nvidia/gpus/" + wide)) ? wide : domain[4..] + address[colon..];
    }

    // Whoever may open both capabilities of an instance may use it (CL-108).
    private void AddMigs(IReadOnlyList<SelectedMig> migs, Lazy<CapabilityNodes> capabilities)
    {
        foreach (SelectedMig mig in migs)
        {
            foreach (string file in (ReadOnlySpan<string>)[mig.GpuInstanceAccess, mig.ComputeInstanceAccess])
            {
                _mounts.Add(new PlannedMount(file, MountPlace.DriverProc, file["/proc/driver/nvidia/".Length..], ProcFlags));
                if (!capabilities.Value.Exist)
                    continue;
                CapabilityNode node = capabilities.Value.Of(file);
                AddNode(node.Path, new DeviceRule(node.Major, node.Minor));
            }
        }
    }

    // The folders are the same for both rights (CL-110 to CL-112).
    private void AddRights(IReadOnlyList<MigRights> rights, Lazy<CapabilityNodes> capabilities)
    {
        _mounts.Add(new PlannedMount("/proc/driver/nvidia/capabilities", MountPlace.DriverProc, "capabilities", ProcFlags));
        if (!capabilities.Value.Exist)
            return;
        _mounts.Add(new PlannedMount(CapabilityNodes.Folder, MountPlace.Path, CapabilityNodes.Folder, MountFlags.NoSetId | MountFlags.NoExecution));
        foreach (MigRights right in rights)
        {
            if (right.Gpus.Count > 0)
                AddRule(capabilities.Value.Of(right.File));
            foreach (Gpu gpu in right.Gpus)
            {
                foreach (CapabilityNode node in capabilities.Value.OfInstances(gpu))
                    AddRule(node);
            }
        }
    }

    private void AddRule(CapabilityNode node) => AddRule(new DeviceRule(node.Major, node.Minor));

    private void AddRule(DeviceRule rule)
    {
        if (!_rules.Contains(rule))
            _rules.Add(rule);
    }

    // The numbers of an IMEX channel are those that its node has (CL-96).
    private void AddNode(string path, DeviceRule? expected)
    {
        if (!HostFile.TryStatus(_host.PathOf(path), followLinks: true, out FileStatus status, out Errno error))
        {
            throw CliException.From(
                CliError.Mount, "stat failed", path, error,
                "load the driver's kernel modules and make its nodes (nvidia-ctk system create-device-nodes, nvidia-modprobe)");
        }
        var actual = new DeviceRule(status.Major, status.Minor);
        if (status.Kind != FileKind.CharacterDevice || (expected is not null && expected != actual))
        {
            throw new CliException(
                CliError.Mount, $"invalid device node: {path}",
                "it is not the character device that the loaded driver needs: remove it and let nvidia-modprobe make it again");
        }
        if (!_options.NoDeviceMounts)
            _mounts.Add(new PlannedMount(path, MountPlace.Path, path, NodeFlags));
        AddRule(actual);
    }
}

/// <summary>The devices that a container asks for.</summary>
internal sealed record DeviceRequest(DeviceSelection Devices, MigRights Config, MigRights Monitor, IReadOnlyList<int> Channels);

/// <summary>Where in a container something is mounted; some folders are the image's choice (CL-61, CL-62).</summary>
internal enum MountPlace
{
    /// <summary>At a path of its own.</summary>
    Path,

    /// <summary>In the folder of programs.</summary>
    Programs,

    /// <summary>In the folder of libraries.</summary>
    Libraries,

    /// <summary>In the folder of 32-bit libraries.</summary>
    Libraries32,

    /// <summary>In the driver's own folder of procfs.</summary>
    DriverProc,
}

/// <summary>A file, node or folder of the host that a container gets.</summary>
/// <param name="Source">Its path below the driver's root, without it.</param>
/// <param name="Place">Where it goes.</param>
/// <param name="Name">The path, or the name in the place's folder.</param>
/// <param name="Flags">The mount's flags.</param>
internal sealed record PlannedMount(string Source, MountPlace Place, string Name, MountFlags Flags);
