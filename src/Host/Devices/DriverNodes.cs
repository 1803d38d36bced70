using GpuContainers.Host.Gpus;

namespace GpuContainers.Host.Devices;

/// <summary>The device nodes that the driver's kernel modules need, as far as they are loaded. What was read once is not read again.</summary>
public sealed class DriverNodes
{
    private const uint DriverMajor = 195;
    private const uint ControlMinor = 255;
    private const uint DisplayMinor = 254;

    private readonly DeviceHost _host;
    private readonly FileTree _files;
    private readonly NvidiaProc _proc;
    private readonly CharacterMajors _majors;
    private readonly string _folder;

    /// <summary>Looks at the modules of a machine.</summary>
    /// <param name="host">Where the kernel tells about devices.</param>
    /// <param name="files">The machine's files.</param>
    /// <param name="proc">The module's own words.</param>
    /// <param name="devRoot">The root in whose <c>dev</c> the nodes are.</param>
    public DriverNodes(DeviceHost host, FileTree files, NvidiaProc proc, string devRoot)
    {
        (_host, _files, _proc) = (host, files, proc);
        _majors = CharacterMajors.From(host.Devices, out _);
        _folder = LexicalPath.Join(devRoot, "dev");
    }

    /// <summary>
    /// Whether a module is loaded: its devices are registered, or sysfs has it. (A driver that is part of the kernel, or of a sandbox, is in one of them only.)
    /// </summary>
    public bool IsLoaded(string module) =>
        _majors.Has(module) || HostFile.TryStatus($"{_host.SystemRoot}/sys/module/{module.Replace('-', '_')}/initstate", followLinks: true, out _);

    /// <summary>The nodes of a module that is loaded.</summary>
    /// <param name="module">The module.</param>
    /// <param name="channels">The IMEX channels whose nodes are wanted too.</param>
    // The table of CL-139.
    public IEnumerable<DriverNode> Of(string module, IReadOnlyList<int> channels) => module switch
    {
        DriverModule.Base => OfDriver(channels),
        DriverModule.Memory => OfMemory(),
        _ => [Driver("nvidia-modeset", DisplayMinor)],
    };

    private IEnumerable<DriverNode> OfDriver(IReadOnlyList<int> channels)
    {
        yield return Driver("nvidiactl", ControlMinor);
        // Once it is loaded the module tells its GPUs; a bus of many functions need not be searched.
        foreach (Gpu gpu in _proc.Gpus())
        {
            if (gpu.Minor is { } minor)
                yield return Driver(Numbered("nvidia", (uint)minor), (uint)minor);
        }
        if (_majors.Find("nvidia-caps") is { } major)
        {
            foreach (string file in CapabilityFiles())
            {
                if (DeviceFileParameters.TryRead(file, out DeviceFileParameters parameters, out _) && parameters.Minor is { } minor)
                    yield return new DriverNode(_folder, Numbered("nvidia-caps/nvidia-cap", minor), major, minor, parameters);
            }
        }
        if (_majors.Find("nvidia-caps-imex-channels") is not { } channelMajor)
            yield break;
        foreach (int channel in channels)
            yield return new DriverNode(_folder, Numbered("nvidia-caps-imex-channels/channel", (uint)channel), channelMajor, (uint)channel, Parameters);
    }

    private IEnumerable<DriverNode> OfMemory()
    {
        // The parameters are not those of this module (CL-140).
        if (_majors.Find("nvidia-uvm") is not { } major)
            yield break;
        yield return new DriverNode(_folder, "nvidia-uvm", major, 0, DeviceFileParameters.Default);
        yield return new DriverNode(_folder, "nvidia-uvm-tools", major, 1, DeviceFileParameters.Default);
    }

    // Those of mig-minors whose file exists, found from the files, which are few.
    private IEnumerable<string> CapabilityFiles()
    {
        string folder = _host.SystemRoot + "/proc/driver/nvidia/capabilities";
        yield return folder + "/mig/config";
        yield return folder + "/mig/monitor";
        foreach (Gpu gpu in _proc.Gpus())
        {
            if (!gpu.IsMigEnabled)
                continue;
            foreach (string instance in Below(string.Create(CultureInfo.InvariantCulture, $"{folder}/gpu{gpu.Minor}/mig"), "gi"))
            {
                yield return instance + "/access";
                foreach (string compute in Below(instance, "ci"))
                    yield return compute + "/access";
            }
        }
    }

    private IEnumerable<string> Below(string folder, string prefix)
    {
        DirectoryListing listing = _files.List(folder);
        for (int i = 0; i < listing.Count; i++)
        {
            if (listing.Text(i).StartsWith(prefix, StringComparison.Ordinal))
                yield return $"{folder}/{listing.Text(i)}";
        }
    }

    private DeviceFileParameters Parameters => field ??= DeviceFileParameters.Read(_host.SystemRoot + "/proc/driver/nvidia/params");

    private static string Numbered(string name, uint number) => string.Create(CultureInfo.InvariantCulture, $"{name}{number}");

    private DriverNode Driver(string name, uint minor) => new(_folder, name, DriverMajor, minor, Parameters);
}

/// <summary>A device node of the driver as it has to be, and the link by which systemd finds it.</summary>
/// <param name="DeviceFolder">The folder <c>dev</c> of the driver's root.</param>
/// <param name="Name">The path below that folder.</param>
/// <param name="Major">The major number.</param>
/// <param name="Minor">The minor number.</param>
/// <param name="Parameters">Owner, mode, and whether it may be made.</param>
public sealed record DriverNode(string DeviceFolder, string Name, uint Major, uint Minor, DeviceFileParameters Parameters)
{
    /// <summary>Where the node is.</summary>
    public string Path => $"{DeviceFolder}/{Name}";

    /// <summary>Where its link is.</summary>
    public string Link => string.Create(CultureInfo.InvariantCulture, $"{DeviceFolder}/char/{Major}:{Minor}");

    /// <summary>Whether nothing is to be done: node and link are right, or the module wants nothing to be changed.</summary>
    // What is right is left alone (CL-140, CL-141).
    public bool IsRight => !Parameters.MayChange || (IsDevice(out bool isOwned) && isOwned && IsLinked);

    // The other programs that make these links write absolute ones; both lead to the node.
    private bool IsLinked => HostFile.ReadLink(Link) is { } target && (target == "../" + Name || target == "/dev/" + Name);

    /// <summary>Makes what is missing or wrong.</summary>
    /// <exception cref="LinuxException">A step was refused.</exception>
    public void Make()
    {
        if (IsRight)
            return;
        // The file system may lack them after a start of the machine without udev (CL-143).
        HostDirectory.Create(LexicalPath.Parent(Path), FileModes.PublicFolder);
        if (!IsDevice(out bool isOwned))
        {
            Errno error = HostFile.Delete(Path);
            if (error is not (Errno.None or Errno.ENOENT))
                throw new LinuxException(error, "unlink", Path);
            HostNodes.CreateCharacterDevice(Path, Major, Minor, Parameters.Mode);
        }
        if (!isOwned)
            HostNodes.SetOwner(Path, Parameters.Uid, Parameters.Gid, Parameters.Mode);
        if (IsLinked)
            return;
        HostDirectory.Create(LexicalPath.Parent(Link), FileModes.PublicFolder);
        HostNodes.ReplaceLink("../" + Name, Link);
    }

    private bool IsDevice(out bool isOwned)
    {
        bool isThere = HostFile.TryStatus(Path, followLinks: true, out FileStatus status);
        isOwned = isThere && status.Uid == Parameters.Uid && status.Gid == Parameters.Gid && status.Mode == Parameters.Mode;
        return isThere && status.Kind == FileKind.CharacterDevice && status.Major == Major && status.Minor == Minor;
    }
}
