using GpuContainers.Linux.Files;

namespace GpuContainers.EndToEnd.Tests.Node;

/// <summary>A folder that plays a node for the published installer: two versions of the packages, and an engine with a configuration of its own.</summary>
internal sealed class InstallerNode : IDisposable
{
    private const string Docker = """{"debug": true, "default-runtime": "kata", "runtimes": {"kata": {"path": "/opt/kata"}}}""";
    private const string Containerd = "version = 3\nroot = \"/data\" # of the user\n";
    private static readonly string[] s_links =
        ["nvidia-container-runtime.cdi", "nvidia-container-runtime.legacy", "nvidia-cdi-hook", "nvidia-container-runtime-hook", "nvidia-container-cli",
            "nvidia-ctk"];

    private readonly string _folder = Directory.CreateTempSubdirectory("node").FullName;
    private readonly string _installer = Checkout.Program("nvidia-ctk-installer");

    internal InstallerNode()
    {
        MakePackages("old", "older core");
        MakePackages("new", "newer core");
        Write("old/usr/lib64/libnvidia-container.so.1", "a library of the older version");
        Directory.CreateDirectory(At("node"));
    }

    /// <summary>The runtime that containers are started with.</summary>
    internal string Runtime => At("node/nv/toolkit/nvidia-container-runtime");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal string At(string path) => Path.Combine(_folder, path);

    internal void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    /// <summary>The command that installs a version, and configures the engine.</summary>
    internal string[] Install(string engine, string packages, params IEnumerable<string> more) =>
    [
        _installer, "--no-daemon", "--runtime=" + engine, "--toolkit-source-root=" + At(packages), "--toolkit-install-dir=" + At("node/nv"), "--host-root=",
        "--pid-file=" + At("node/run/toolkit.pid"), "--restart-mode=none", "--config=" + At("node/etc/config"), "--config-source=file",
        "--drop-in-config=" + (engine == "docker" ? "" : At("node/etc/conf.d/99-nvidia.toml")), "--cdi-output-dir=" + At("node/cdi"), .. more,
    ];

    internal static CommandResult Run(string[] command) => Command.Run(command[0], command[1..]);

    /// <summary>Makes a node without the toolkit, or with the older version.</summary>
    internal void Reset(string engine, bool hasOlder)
    {
        foreach (string folder in Directory.GetDirectories(At("node")))
            Directory.Delete(folder, recursive: true);
        Write("node/etc/config", engine == "docker" ? Docker : Containerd);
        if (hasOlder)
            Run(Install(engine, "old")).Succeeded();
    }

    /// <summary>Every file, link and folder of the node with what it holds; what the installer remembers for itself left out.</summary>
    internal string[] Snapshot(string folder = "node") =>
    [
        .. Directory.EnumerateFileSystemEntries(At(folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(static path => !path.Contains("/.state", StringComparison.Ordinal))
            .Select(path => $"{Path.GetRelativePath(At("node"), path)}: {Describe(path)}"),
    ];

    private void MakePackages(string root, string core)
    {
        foreach (string name in (string[])["nvidia-container-runtime", "nvidia-ctk-cli"])
        {
            Write($"{root}/usr/bin/{name}", $"#!/bin/sh\necho {core}\n");
            File.SetUnixFileMode(At($"{root}/usr/bin/{name}"), FileModes.PublicFolder);
        }
        foreach (string link in s_links)
            File.CreateSymbolicLink(At($"{root}/usr/bin/{link}"), "nvidia-container-runtime");
    }

    private static string Describe(string path) => new FileInfo(path).LinkTarget ?? (File.Exists(path) ? File.ReadAllText(path) : "folder");
}
