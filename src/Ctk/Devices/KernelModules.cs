using GpuContainers.Configuration;
using GpuContainers.Host.Devices;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Ctk.Devices;

/// <summary>Loading the driver's kernel modules.</summary>
/// <param name="host">The host.</param>
/// <param name="root">The driver's root; "/" or empty means that of this process.</param>
/// <param name="dryRun">Only report.</param>
internal sealed class KernelModules(DeviceHost host, string root, bool dryRun)
{
    private const long Limit = 4 << 20;
    private static readonly TimeSpan s_time = TimeSpan.FromMinutes(2);

    private bool IsHostRoot => root is "" or "/";

    /// <summary>Loads all modules in their order; the first failure ends the work (CT-151, CT-170, CT-171).</summary>
    /// <exception cref="HostException">A module cannot be loaded.</exception>
    public void LoadAll()
    {
        HashSet<string> loaded = Loaded();
        foreach (string module in DriverModule.Names)
        {
            // The kernel writes "_" for "-". Inside another root modprobe may do more than load, so it is always asked (CT-173).
            if (IsHostRoot && loaded.Contains(module.Replace('-', '_')))
                Log.Debug($"the module {module} is loaded already");
            else
                Load(module);
        }
    }

    /// <summary>Loads one module.</summary>
    /// <exception cref="HostException">It is none of the driver's, or cannot be loaded.</exception>
    internal void Load(string module)
    {
        // No other module of the host is for this program to load (CT-171).
        if (!module.StartsWith("nvidia", StringComparison.Ordinal))
            throw Failure(module, "invalid module");
        string[] command = IsHostRoot ? ["/sbin/modprobe", module] : ["chroot", root, "/sbin/modprobe", module];
        if (dryRun)
        {
            Log.Info($"Running: {string.Join(' ', command)}");
            return;
        }
        ChildResult result;
        try
        {
            result = ChildProcess.Run(IsHostRoot ? command[0] : ExecutablePath.Resolve(command[0], "/usr/sbin/chroot"), command, null, s_time);
        }
        catch (LinuxException notStarted)
        {
            throw Failure(module, notStarted.Message);
        }
        if (result.ExitStatus == 0)
            return;
        string end = result.TimedOut ? "timed out" : result.Signal != 0 ? $"signal {result.Signal}" : $"exit status {result.ExitStatus}";
        throw Failure(module, $"{end}; output={Encoding.UTF8.GetString([.. result.Output, .. result.Errors])}");
    }

    private static HostException Failure(string module, string reason) =>
        new($"failed to load NVIDIA kernel modules: failed to load module {module}: {reason}");

    private HashSet<string> Loaded()
    {
        // Without the list modprobe decides.
        string text = HostFile.TryReadAll(host.Modules, Limit, out byte[] bytes, out _) ? Encoding.UTF8.GetString(bytes) : "";
        return [.. text.Split('\n').Select(line => line.Split(' ')[0])];
    }
}
