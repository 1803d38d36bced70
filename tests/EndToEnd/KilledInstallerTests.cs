using GpuContainers.Linux.Files;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>The installer, killed at every step: a start after that leaves a working node and nothing else.</summary>
[Trait("Kind", "slow")]
public sealed class KilledInstallerTests : IDisposable
{
    // There is a kill before every call that changes files, about 290; far fewer would mean that the trace missed them.
    private const int LeastKills = 250;
    private const string Containerd = "version = 3\nroot = \"/data\" # of the user\n";
    private static readonly string[] s_links =
        ["nvidia-container-runtime.cdi", "nvidia-container-runtime.legacy", "nvidia-cdi-hook", "nvidia-container-runtime-hook", "nvidia-container-cli",
            "nvidia-ctk"];

    private readonly string _folder = Directory.CreateTempSubdirectory("killed").FullName;
    private readonly string _installer = Checkout.Program("nvidia-ctk-installer");

    public KilledInstallerTests()
    {
        MakePackages("old", "older core");
        MakePackages("new", "newer core");
        Write("old/usr/lib64/libnvidia-container.so.1", "a library of the older version");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string path) => Path.Combine(_folder, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

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

    private string[] Install(string engine, string packages) =>
    [
        _installer, "--no-daemon", "--runtime=" + engine, "--toolkit-source-root=" + At(packages), "--toolkit-install-dir=" + At("node/nv"), "--host-root=",
        "--pid-file=" + At("node/run/toolkit.pid"), "--restart-mode=none", "--config=" + At("node/etc/config"), "--config-source=file",
        "--drop-in-config=" + (engine == "docker" ? "" : At("node/etc/conf.d/99-nvidia.toml")), "--cdi-output-dir=" + At("node/cdi"),
    ];

    private static CommandResult Run(string[] command) => Command.Run(command[0], command[1..]);

    // A node without the toolkit, or with an older one, and with an engine that has a configuration of its own.
    private void Reset(string engine, bool hasOlder)
    {
        if (Directory.Exists(At("node")))
            Directory.Delete(At("node"), recursive: true);
        Write("node/etc/config", engine == "docker" ? """{"debug": true, "default-runtime": "kata", "runtimes": {"kata": {"path": "/opt/kata"}}}"""
            : Containerd);
        if (hasOlder)
            Run(Install(engine, "old")).Succeeded();
    }

    private string[] Snapshot() =>
    [
        .. Directory.EnumerateFileSystemEntries(At("node"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(path => !path.Contains("/.state", StringComparison.Ordinal))
            .Select(path => $"{Path.GetRelativePath(At("node"), path)}: {Describe(path)}"),
    ];

    private static string Describe(string path) => new FileInfo(path).LinkTarget ?? (File.Exists(path) ? File.ReadAllText(path) : "folder");

    [Fact]
    [Requirement("IN-33", "IN-40", "IN-72")]
    public void The_next_start_leaves_a_node_as_if_nothing_had_happened()
    {
        int kills = 0;
        foreach ((string engine, bool hasOlder) in ((string, bool)[])[("docker", false), ("containerd", false), ("docker", true), ("containerd", true)])
        {
            Reset(engine, hasOlder);
            Run(Install(engine, "new")).Succeeded();
            string[] whole = Snapshot();
            kills += KilledRuns.All(
                strace =>
                {
                    Reset(engine, hasOlder);
                    return Run([.. strace, .. Install(engine, "new")]);
                },
                moment =>
                {
                    // A node that had a runtime has one at every moment.
                    if (hasOlder)
                        Assert.EndsWith(" core\n", Run([At("node/nv/toolkit/nvidia-container-runtime")]).Succeeded().Output, StringComparison.Ordinal);
                    Run(Install(engine, "new")).Succeeded();
                    Assert.True(whole.SequenceEqual(Snapshot()), $"{engine}, {moment}:\n{string.Join('\n', Snapshot().Except(whole))}");
                    Assert.Equal("newer core\n", Run([At("node/nv/toolkit/nvidia-container-runtime")]).Succeeded().Output);
                });
        }
        Assert.True(kills >= LeastKills, $"only {kills} runs were killed");
    }
}
