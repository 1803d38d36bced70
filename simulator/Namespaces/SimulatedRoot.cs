using System.Globalization;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Simulator.Namespaces;

/// <summary>
/// The root of the simulated host: this machine's files under a layer that takes all changes, with /proc, /dev and /run of its own. No file of it is left
/// when the last process in it ends.
/// </summary>
internal static class SimulatedRoot
{
    // Covered by the layers while the root is put together; what is mounted there is reached through a handle.
    private const string Stage = "/tmp";
    private const string Root = Stage + "/root";

    private static readonly string[] OwnDirectories = ["/proc", "/sys", "/dev", "/run"];

    /// <summary>Makes the root and changes into it. The directories of <paramref name="shared"/> stay this machine's own.</summary>
    internal static void Enter(IReadOnlyList<string> shared)
    {
        Mounts.MakePrivate();
        byte[]? resolver = ResolverInRun();
        List<(MachineMount Mount, Descriptor Handle)> others = OpenOthers();
        List<(string Path, Descriptor Handle)> shares = [.. shared.Select(static s => (s, new MachineMount(s, "").Open()))];
        Mounts.Tmpfs(Stage, "mode=755");
        HostDirectory.Create(Root, FileModes.PublicFolder);
        if (Mounts.TryOverlay("/", Stage + "/layers/0", Root) is var refusal and not Errno.None)
            throw new LinuxException(refusal, "lay a writable layer (overlayfs) over", "/");
        for (int i = 0; i < others.Count; i++)
            Show(others[i].Mount, others[i].Handle, Stage + "/layers/" + (i + 1).ToString(CultureInfo.InvariantCulture));
        Mounts.Proc(Root + "/proc");
        Mounts.Bind("/sys", Root + "/sys", recursive: true);
        DeviceFolder.Make(Root + "/dev");
        HostDirectory.Create(Root + "/run", FileModes.PublicFolder);
        Mounts.Tmpfs(Root + "/run", "mode=755");
        ShowWholeKernel();
        foreach ((string path, Descriptor handle) in shares)
            Mounts.Bind(ByHandle(handle), Root + path, recursive: true);
        Mounts.SwitchRoot(Root);
        foreach (Descriptor handle in others.Select(static o => o.Handle).Concat(shares.Select(static s => s.Handle)))
            handle.Dispose();
        if (resolver is not null)
            WriteResolver(resolver);
    }

    // The kernel lets a user namespace mount procfs and sysfs only where it sees a whole one of each already, and in those of this host something lies over a
    // folder (mount_namespaces(7)): so there is one of each, where nobody looks. Rootless containers need that.
    private static void ShowWholeKernel()
    {
        string folder = Root + "/run/gpu-host-simulator/kernel";
        HostDirectory.Create(folder, FileModes.PrivateFolder);
        HostDirectory.Create(folder + "/proc", FileModes.PublicFolder);
        Mounts.Proc(folder + "/proc");
        HostDirectory.Create(folder + "/sys", FileModes.PublicFolder);
        if (!Mounts.TrySysfs(folder + "/sys"))
            Console.Error.WriteLine("gpu-host-simulator: no second sysfs could be mounted: rootless containers with a network of their own cannot start here");
    }

    private static List<(MachineMount Mount, Descriptor Handle)> OpenOthers()
    {
        var others = new List<(MachineMount Mount, Descriptor Handle)>();
        foreach (MachineMount mount in MachineMount.Visible())
        {
            if (mount.Path != "/" && !OwnDirectories.Any(mount.IsWithin))
                others.Add((mount, mount.Open()));
        }
        return others;
    }

    // A file system that cannot lie under a layer (and a single mounted file) is shown as it is, but nobody writes to it.
    private static void Show(MachineMount mount, Descriptor handle, string layer)
    {
        string source = ByHandle(handle), target = Root + mount.Path;
        bool isDirectory = handle.Status().Kind == FileKind.Directory;
        if (!isDirectory || Mounts.TryOverlay(source, layer, target) != Errno.None)
            Mounts.BindReadOnly(source, target);
    }

    private static string ByHandle(Descriptor handle) => "/proc/self/fd/" + handle.Number.ToString(CultureInfo.InvariantCulture);

    // Where systemd-resolved or NetworkManager write resolv.conf below /run, the simulated host's own /run gets a copy: names keep resolving.
    private static byte[]? ResolverInRun()
    {
        bool found = HostPathResolution.TryResolve("/etc/resolv.conf", out string resolved, out _);
        return found && resolved.StartsWith("/run/", StringComparison.Ordinal) ? File.ReadAllBytes(resolved) : null;
    }

    private static void WriteResolver(byte[] content)
    {
        string target = HostFile.ReadLink("/etc/resolv.conf") ?? "";
        string path = target.StartsWith('/') ? target : LexicalPath.Join("/etc", target);
        HostDirectory.Create(LexicalPath.Parent(path), FileModes.PublicFolder);
        File.WriteAllBytes(path, content);
    }
}
