using GpuContainers.Host.Devices;

namespace GpuContainers.Ctk.Devices;

/// <summary><c>system create-dev-char-symlinks</c>: /dev/char links, by which systemd finds the driver's nodes (CT-168).</summary>
internal static class CreateDevCharSymlinksCommand
{
    private static readonly TextOption s_folder = Option.Text("--dev-char-path", "Directory for the links", "DIR", ["DEV_CHAR_PATH"], "/dev/char");
    private static readonly TextOption s_driverRoot = Option.Text("--driver-root", "Root of the driver, in which modules are loaded", "DIR",
        ["NVIDIA_DRIVER_ROOT", "DRIVER_ROOT"], "/");
    private static readonly TextOption s_devRoot = new("--dev-root", "Root below whose dev the nodes are", "/") { ValueWord = "DIR" };
    private static readonly FlagOption s_createAll = Option.Flag("--create-all", "Make links for all nodes that are possible, not only for those that exist",
        ["CREATE_ALL"]);
    private static readonly FlagOption s_loadModules = new("--load-kernel-modules", "Load the driver's kernel modules first; needs --create-all")
    {
        Variables = ["LOAD_KERNEL_MODULES"],
    };
    private static readonly FlagOption s_createNodes = new("--create-device-nodes", "Create the control devices first; needs --create-all")
    {
        Variables = ["CREATE_DEVICE_NODES"],
    };
    private static readonly FlagOption s_dryRun = new("--dry-run", "Only say what would be done") { Variables = ["DRY_RUN"] };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("create-dev-char-symlinks", "Create links below /dev/char to the driver's device nodes")
    {
        Run = invocation => Run(invocation, new DeviceHost()),
        Details =
            "systemd looks devices of a container up in /dev/char when it sets its cgroup again; without these links a running container loses its " +
            "GPUs at 'systemctl daemon-reload'.",
        Examples =
        [
            new Example("links for the nodes that exist", "nvidia-ctk system create-dev-char-symlinks"),
            new Example(
                "everything, as early as at boot", "nvidia-ctk system create-dev-char-symlinks --create-all --load-kernel-modules --create-device-nodes"),
        ],
        Options = [s_folder, s_driverRoot, s_devRoot, s_createAll, s_loadModules, s_createNodes, s_dryRun],
    };

    /// <summary>Carries the command out on a host.</summary>
    internal static int Run(Invocation invocation, DeviceHost host)
    {
        bool all = invocation.Get(s_createAll);
        bool dryRun = invocation.Get(s_dryRun);
        string devRoot = invocation.Get(s_devRoot);
        bool loadModules = OnlyWithAll(invocation.Get(s_loadModules), all, "load-kernel-modules");
        bool createNodes = OnlyWithAll(invocation.Get(s_createNodes), all, "create-device-nodes");
        // Modules, control nodes, checks, list (CT-165).
        if (loadModules)
            new KernelModules(host, invocation.Get(s_driverRoot), dryRun).LoadAll();
        if (createNodes)
            new ControlDevices(DeviceMajors.Read(host, "failed to create devices info"), dryRun).Create(devRoot);
        IReadOnlyList<CharacterDevice> nodes = all ? PossibleNodes.List(host, devRoot) : ExistingNodes.List(host.SystemRoot + devRoot);
        if (nodes.Count == 0)
            Log.Info($"No NVIDIA devices found in {devRoot}");
        else
            DevCharLinks.Create(invocation.Get(s_folder), nodes, dryRun);
        return 0;
    }

    // Without all possible nodes there is nothing to make or load (CT-160).
    private static bool OnlyWithAll(bool given, bool all, string flag)
    {
        if (given && !all)
            Log.Warning($"{flag} is only applicable when create-all is set; ignoring");
        return given && all;
    }
}

/// <summary>Links from numbers to nodes (CT-161, CT-163).</summary>
internal static class DevCharLinks
{
    /// <summary>Makes the links that are missing or wrong; one that cannot be made is a warning.</summary>
    /// <exception cref="LinuxException">The directory cannot be made.</exception>
    public static void Create(string folder, IReadOnlyList<CharacterDevice> nodes, bool dryRun)
    {
        if (!dryRun)
            HostDirectory.Create(folder, FileModes.PublicFolder);
        foreach (CharacterDevice node in nodes)
        {
            string link = LexicalPath.Join(folder, $"{node.Major}:{node.Minor}");
            if (HostFile.ReadLink(link) == node.Path)
                continue;
            Log.Info($"Creating link {link} => {node.Path}");
            if (!dryRun)
                Create(link, node.Path);
        }
    }

    private static void Create(string link, string target)
    {
        try
        {
            HostNodes.ReplaceLink(target, link);
        }
        catch (LinuxException failure)
        {
            Log.Warning($"Could not create symlink: {failure.Message}");
        }
    }
}

/// <summary>The driver's nodes that exist (CT-164).</summary>
internal static class ExistingNodes
{
    private static readonly string[] s_others = ["nvidia-fs", "nvidia-nvswitch", "nvidia-nvlink"];

    /// <summary>Character devices /dev/nvidia*, then /dev/nvidia-caps/nvidia-*, each in the order of their names' bytes; links do not count.</summary>
    public static IReadOnlyList<CharacterDevice> List(string devRoot) =>
    [
        .. List(LexicalPath.Join(devRoot, "dev"), "nvidia")
            .Where(node => !s_others.Any(other => LexicalPath.Base(node.Path).StartsWith(other, StringComparison.Ordinal))),
        .. List(LexicalPath.Join(devRoot, "dev/nvidia-caps"), "nvidia-"),
    ];

    private static IEnumerable<CharacterDevice> List(string folder, string prefix)
    {
        if (!HostDirectory.TryNames(folder, out IReadOnlyList<string> names, out _))
            yield break;
        foreach (string name in names)
        {
            string path = folder + "/" + name;
            if (name.StartsWith(prefix, StringComparison.Ordinal) && HostFile.TryStatus(path, followLinks: false, out FileStatus status)
                && status.Kind == FileKind.CharacterDevice)
                yield return new CharacterDevice(path, status.Major, status.Minor);
        }
    }
}

/// <summary>A character device of the host.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Major">Its major number.</param>
/// <param name="Minor">Its minor number.</param>
internal sealed record CharacterDevice(string Path, uint Major, uint Minor);
