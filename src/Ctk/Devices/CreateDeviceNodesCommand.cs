using GpuContainers.Host.Devices;

namespace GpuContainers.Ctk.Devices;

/// <summary><c>system create-device-nodes</c>: the driver's control devices, and its kernel modules.</summary>
internal static class CreateDeviceNodesCommand
{
    private static readonly TextOption s_root = Option.Text("--root",
        "Root of the driver: modules are loaded there, and nodes made below it if --dev-root is not given", "DIR",
        ["ROOT", "NVIDIA_DRIVER_ROOT", "DRIVER_ROOT"], "/", "--driver-root");

    private static readonly TextOption s_devRoot = Option.Text("--dev-root", "Root below whose dev the nodes are made (default: the driver's root)", "DIR",
        ["NVIDIA_DEV_ROOT", "DEV_ROOT"]);
    private static readonly FlagOption s_controlDevices = new("--control-devices", "Create nvidiactl, nvidia-modeset, nvidia-uvm and nvidia-uvm-tools");
    private static readonly FlagOption s_loadModules = new("--load-kernel-modules", "Load the driver's kernel modules first");
    private static readonly FlagOption s_replaceStale = new(
        "--replace-stale-nodes", "Replace a control device that has other numbers than the loaded driver's");
    private static readonly FlagOption s_dryRun = new("--dry-run", "Only say what would be done") { Variables = ["DRY_RUN"] };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("create-device-nodes", "Create the driver's control device nodes")
    {
        Run = invocation => Run(invocation, new DeviceHost()),
        Details = "Without --control-devices and --load-kernel-modules nothing is done. Nodes of GPUs, MIG devices and IMEX channels are not made here.",
        Examples =
        [
            new Example(
                "make the control devices, loading the modules first", "nvidia-ctk system create-device-nodes --load-kernel-modules --control-devices"),
            new Example("see what that would do", "nvidia-ctk system create-device-nodes --load-kernel-modules --control-devices --dry-run"),
        ],
        Options = [s_root, s_devRoot, s_controlDevices, s_loadModules, s_replaceStale, s_dryRun],
    };

    /// <summary>Carries the command out on a host.</summary>
    internal static int Run(Invocation invocation, DeviceHost host)
    {
        string root = invocation.Get(s_root);
        string devRoot = invocation.Get(s_devRoot);
        bool dryRun = invocation.Get(s_dryRun);
        // Nodes lie below the root unless another place is named (CT-150).
        if (devRoot.Length == 0 && root.Length > 0)
        {
            Log.Info($"Using dev-root \"{root}\"");
            devRoot = root;
        }
        // Modules first; their devices appear in /proc/devices only then (CT-151).
        if (invocation.Get(s_loadModules))
            new KernelModules(host, root, dryRun).LoadAll();
        if (invocation.Get(s_controlDevices))
            new ControlDevices(DeviceMajors.Read(host, "failed to create devices info"), dryRun) { ReplacesStale = invocation.Get(s_replaceStale) }.Create(
                devRoot.Length == 0 ? "/" : devRoot);
        return 0;
    }
}
