using GpuContainers.Host;
using GpuContainers.Host.Inventory;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Namespaces;
using GpuContainers.Simulator.Tree;

namespace GpuContainers.TestSupport;

/// <summary>
/// A host of the simulator written into a folder, for tests that look at it in their own process: files, device nodes, /proc and /sys lie below
/// <see cref="Root"/>. NVML is the simulator's own library, asked by the real child.
/// </summary>
public sealed class SimulatedTree : IDisposable
{
    private readonly string _driverRoot;
    private readonly ImportedHost? _imported;

    private SimulatedTree(HostDescription description)
    {
        Root = Directory.CreateTempSubdirectory("simulated-").FullName;
        _imported = description.Imported;
        _driverRoot = description.Driver?.Root ?? "/";
        HostTree tree = HostTreePlan.Make(description, static () => File.ReadAllBytes(NvmlLibrary()), Root);
        TreeWriter.WriteBelow(tree, Root);
        foreach (string root in tree.CacheRoots)
            WriteCache(LexicalPath.Join(Root, root));
        TreeWriter.WriteKnownLibraries(tree, Root);
    }

    /// <summary>The folder that stands for the host's root.</summary>
    public string Root { get; }

    /// <summary>The driver root of the description, below <see cref="Root"/>.</summary>
    public string DriverRoot => At(_driverRoot);

    /// <summary>The names of the hosts that the simulator brings along.</summary>
    public static IReadOnlyList<string> Hosts => HostDescriptions.Names;

    /// <summary>A host that the simulator brings along, or that of a description or support bundle.</summary>
    public static SimulatedTree Of(string host)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "device nodes are made by root only");
        return new SimulatedTree(HostDescriptions.Load(host));
    }

    /// <summary>A host by the text of a description.</summary>
    public static SimulatedTree OfText(string description)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, description);
            return Of(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A path of the host as this process reaches it.</summary>
    public string At(string path) => LexicalPath.Join(Root, path);

    /// <summary>Writes a file, its folders included.</summary>
    public string Write(string path, string text = "", UnixFileMode mode = FileModes.PublicFile)
    {
        var tree = new HostTree();
        tree.File(path, text, mode);
        TreeWriter.WriteBelow(tree, Root);
        if (text.StartsWith("#!", StringComparison.Ordinal))
            ProgramFile.Write(At(path), text, Convert.ToString((int)mode, 8));
        return At(path);
    }

    /// <summary>Makes a link, its folders included.</summary>
    public void Link(string path, string target)
    {
        var tree = new HostTree();
        tree.Link(path, target);
        TreeWriter.WriteBelow(tree, Root);
    }

    /// <summary>Makes a character device, its folders included.</summary>
    public void Node(string path, uint major, uint minor, UnixFileMode mode = FileModes.SharedFile, uint group = 0)
    {
        var tree = new HostTree();
        tree.Node(path, major, minor, mode, group);
        TreeWriter.WriteBelow(tree, Root);
    }

    /// <summary>The child that asks the simulated libraries; what the system's loader would find is found in these folders of the host first.</summary>
    public InventoryChild Child(TimeSpan? limit = null, params string[] loaderFolders)
    {
        string program = CtkCli();
        if (loaderFolders.Length > 0)
        {
            string folders = string.Join(':', loaderFolders.Select(At));
            string script = Write("/child", $"#!/bin/sh\nLD_LIBRARY_PATH={folders} exec {program} \"$@\"\n", FileModes.PublicFolder);
            program = script;
        }
        return new InventoryChild(program, limit ?? Command.Limit);
    }

    /// <summary>The host as the projects see it.</summary>
    public HostContext Context(InventoryChild? child = null) => new()
    {
        SystemRoot = Root,
        Child = child ?? Child(),
        ProgramPath = _imported?.ProgramPath is { Length: > 0 } path ? path : "/usr/bin:/bin",
        DataDirectories = _imported?.DataDirectories is { Length: > 0 } folders ? folders : null,
    };

    /// <summary>Lists the libraries below a root for the dynamic loader, by the machine's own ldconfig.</summary>
    public static void WriteCache(string root)
    {
        string configuration = LexicalPath.Join(root, "/etc/ld.so.conf");
        if (!File.Exists(configuration))
            File.WriteAllText(configuration, "include /etc/ld.so.conf.d/*.conf\n");
        string ldconfig = File.Exists("/sbin/ldconfig") ? "/sbin/ldconfig" : "/usr/sbin/ldconfig";
        Command.Run(ldconfig, "-r", root).Succeeded();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>The simulated libnvidia-ml.so.1; the test is skipped where it has not been built.</summary>
    public static string NvmlLibrary()
    {
        string path = Checkout.At("artifacts", "simulator", "libnvidia-ml.so.1");
        Assert.SkipUnless(File.Exists(path), $"{path} is not there: run make simulator");
        return path;
    }

    /// <summary>The tools program: the native one, which starts fast, or the one that was built beside the tests.</summary>
    public static string CtkCli()
    {
        string native = Checkout.At("artifacts", "bin", "nvidia-ctk-cli");
        return File.Exists(native) ? native : Path.Combine(AppContext.BaseDirectory, "nvidia-ctk-cli");
    }
}
