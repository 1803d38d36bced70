using GpuContainers.Host;
using GpuContainers.Host.Devices;
using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;
using GpuContainers.Host.Gpus;
using GpuContainers.Runtime.ContainerCli.Selection;
using GpuContainers.Runtime.Create;

namespace GpuContainers.Runtime.ContainerCli.Modules;

/// <summary>The child that loads kernel modules and makes device nodes, inside the driver's root and with the rights for just that (CL-138, NL-16).</summary>
internal static class KernelModuleProgram
{
    /// <summary>The word by which this program starts itself for it.</summary>
    internal const string Command = "prepare-host";

    private const Capabilities ForModprobe = Capabilities.LoadModules | Capabilities.IgnorePermissions;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>Whether loading a module can be of use: there is a GPU, or for display modes the chip is one (CL-139).</summary>
    internal static bool HasUseFor(string module, DeviceHost host, DriverRoot root)
    {
        try
        {
            if (PciGpus.Count(host) > 0)
                return true;
        }
        catch (HostException)
        {
            // A machine without a PCI bus.
        }
        return module == DriverModule.Display && Platform.IsTegra(root);
    }

    /// <summary>Does the work; what it did and what failed goes to standard error, one line each.</summary>
    /// <param name="words">The driver's root, and the numbers of IMEX channels with commas between.</param>
    /// <exception cref="CliException">It was started by somebody else.</exception>
    internal static string Run(string[] words)
    {
        if (words.Length != 2)
            throw new CliException(CliError.Input, $"{Command} is not for people", "use --load-kmods");
        ProcessShield.Raise();
        try
        {
            if (words[0] != "/")
                ProcessRoot.Enter(words[0]);
            ThreadCapabilities.Bound(ForModprobe);
            ThreadCapabilities.Keep(
                ForModprobe | Capabilities.ChangeOwner | Capabilities.ActAsOwner | Capabilities.MakeNode, inherited: Capabilities.LoadModules);
        }
        catch (LinuxException failure)
        {
            Say(failure.Message);
            return "";
        }
        IReadOnlyList<int> channels = ImexChannels.Parse(words[1]);
        foreach (string module in DriverModule.Names)
            Prepare(module, channels);
        return "";
    }

    // Each module by itself: one that is missing must not keep the others away.
    private static void Prepare(string module, IReadOnlyList<int> channels)
    {
        DriverNodes nodes = Look();
        if (!nodes.IsLoaded(module))
        {
            Load(module);
            nodes = Look();
            if (!nodes.IsLoaded(module))
            {
                Say($"the kernel module {module} could not be loaded");
                return;
            }
            Say($"loaded the kernel module {module}");
        }
        foreach (DriverNode node in nodes.Of(module, channels))
            Make(node);
    }

    private static DriverNodes Look()
    {
        var files = new FileTree();
        return new DriverNodes(new DeviceHost(), files, new NvidiaProc(files), "/");
    }

    private static void Load(string module)
    {
        // The kernel's own setting; an empty one forbids it.
        bool isSet = HostFile.TryReadAll("/proc/sys/kernel/modprobe", 4096, out byte[] text, out _);
        string program = isSet ? Encoding.UTF8.GetString(text).Trim() : "/sbin/modprobe";
        if (program.Length == 0 || !HasUseFor(module, new DeviceHost(), new DriverRoot(new FileTree())))
            return;
        try
        {
            _ = ChildProcess.Run(program, ["modprobe", module], ["PATH=/sbin"], s_limit);
        }
        catch (LinuxException failure)
        {
            Say(failure.Message);
        }
    }

    private static void Make(DriverNode node)
    {
        try
        {
            if (!node.IsRight)
                Say($"making {node.Path}");
            node.Make();
        }
        catch (LinuxException failure)
        {
            Say(failure.Message);
        }
    }

    private static void Say(string text) => StandardStreams.WriteErrorText(text + "\n");
}
