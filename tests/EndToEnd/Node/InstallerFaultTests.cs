using System.Diagnostics;
using System.Globalization;

namespace GpuContainers.EndToEnd.Tests.Node;

/// <summary>The published installer on a node with a full disk, with a host that cannot be written, and with several instances at once.</summary>
public sealed class InstallerFaultTests : IDisposable
{
    private const int Page = 4096;
    private const int Instances = 6;
    private const string Plenty = "size=64m,nr_inodes=10000";

    private readonly InstallerNode _node = new();
    private bool _isMounted;

    public void Dispose()
    {
        if (_isMounted)
            Command.Run(Checkout.MachineProgram("umount"), _node.At("node"));
        _node.Dispose();
    }

    // The disk is full after every page, and after every file, that a first start or an upgrade takes.
    [Theory]
    [Requirement("IN-40", "IN-72")]
    [InlineData("docker", "size")]
    [InlineData("docker", "nr_inodes")]
    [InlineData("containerd", "size")]
    [InlineData("containerd", "nr_inodes")]
    public void On_a_full_disk_an_older_version_goes_on_and_a_start_with_room_finishes_the_work(string engine, string limit)
    {
        MountDisk();
        Assert.InRange(FillDisk(engine, limit, hasOlder: true), 3, 500);
        Assert.InRange(FillDisk(engine, limit, hasOlder: false), 3, 500);
    }

    private int FillDisk(string engine, string limit, bool hasOlder)
    {
        string[] install = _node.Install(engine, "new");
        _node.Reset(engine, hasOlder);
        string[] before = _node.Snapshot();
        InstallerNode.Run(install).Succeeded();
        string[] whole = _node.Snapshot();
        for (int room = 0; ; room++)
        {
            _node.Reset(engine, hasOlder);
            SetLimit($"{limit}={Used(limit) + (room * (limit == "size" ? Page : 1))}");
            CommandResult result = InstallerNode.Run(install);
            if (result.Status != 0)
            {
                Assert.Contains("no space left on device", result.Errors, StringComparison.Ordinal);
                if (hasOlder)
                    Assert.EndsWith(" core\n", InstallerNode.Run([_node.Runtime]).Succeeded().Output, StringComparison.Ordinal);
                // Whatever the engine reads is of before or of afterwards, and whole.
                Assert.Empty(_node.Snapshot("node/etc").Except([.. before, .. whole]));
            }
            SetLimit(Plenty);
            InstallerNode.Run(install).Succeeded();
            Assert.Equal(whole, _node.Snapshot());
            if (result.Status == 0)
                return room;
        }
    }

    // As its pod has it: the host is mounted read-only, the folders of engine and toolkit are mounts of their own, and so may be a single file.
    [Fact]
    [Requirement("IN-134", "CT-44")]
    public void With_a_read_only_host_it_works_through_the_folders_that_are_mounted_beside()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounts need root");
        _node.Reset("containerd", hasOlder: false);
        _node.Write("host/etc/containerd/config.toml", File.ReadAllText(_node.At("node/etc/config")));
        string before = Command.Run("/bin/sh", "-c", $"find {_node.At("host")} -printf '%p %m %s %T@\\n'").Succeeded().Output;
        string[] install = _node.Install("containerd", "new", "--host-root=" + _node.At("host"));
        CommandResult result = Run($"""
            mount --bind {_node.At("host/etc/containerd/config.toml")} {_node.At("node/etc/config")}
            mount --bind {_node.At("host")} {_node.At("host")} && mount -o remount,bind,ro {_node.At("host")}
            touch {_node.At("host")}/x 2>/dev/null && exit 77
            {string.Join(' ', install)}
            """).Succeeded();
        Assert.Contains("\"result\":\"done\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("imports", File.ReadAllText(_node.At("host/etc/containerd/config.toml")), StringComparison.Ordinal);
        Assert.True(File.Exists(_node.At("node/etc/conf.d/99-nvidia.toml")));
        // Only the one file has changed, which was mounted to be changed.
        string after = Command.Run("/bin/sh", "-c", $"find {_node.At("host")} -printf '%p %m %s %T@\\n'").Succeeded().Output;
        Assert.Equal(Lines(before, "config.toml"), Lines(after, "config.toml"));
    }

    [Fact]
    [Requirement("IN-134", "IN-72")]
    public void With_a_read_only_host_that_holds_the_engines_file_the_error_names_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounts need root");
        _node.Reset("docker", hasOlder: false);
        string file = _node.At("node/etc/config"), before = File.ReadAllText(file);
        CommandResult result = Run($"""
            mount --bind {_node.At("node/etc")} {_node.At("node/etc")} && mount -o remount,bind,ro {_node.At("node/etc")}
            {string.Join(' ', _node.Install("docker", "new"))}
            """);
        Assert.Equal(1, result.Status);
        Assert.Contains("unable to setup runtime: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains(_node.At("node/etc"), result.Errors, StringComparison.Ordinal);
        Assert.Contains("read-only file system", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(file));
        // With the folder writable again, the same start works.
        InstallerNode.Run(_node.Install("docker", "new")).Succeeded();
    }

    [Theory]
    [Requirement("IN-31", "IN-33")]
    [InlineData("docker")]
    [InlineData("containerd")]
    public async Task Of_several_at_once_each_does_all_the_work_or_none(string engine)
    {
        string[] install = _node.Install(engine, "new");
        _node.Reset(engine, hasOlder: false);
        InstallerNode.Run(install).Succeeded();
        string[] whole = _node.Snapshot();
        _node.Reset(engine, hasOlder: true);
        Process[] started = [.. Enumerable.Range(0, Instances).Select(_ => Process.Start(
            new ProcessStartInfo(install[0], install[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!)];
        var results = new List<CommandResult>();
        foreach (Process process in started)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            results.Add(new CommandResult(process.ExitCode, await output, errors));
            process.Dispose();
        }
        Assert.Contains(results, static result => result.Status == 0);
        Assert.All(results.Where(static result => result.Status != 0),
            static result => Assert.Contains("unable to get flock on pidfile: resource temporarily unavailable", result.Errors, StringComparison.Ordinal));
        Assert.Equal(whole, _node.Snapshot());
    }

    private static CommandResult Run(string script) => Command.Run(Checkout.MachineProgram("unshare"), "--mount", "/bin/sh", "-c", script);

    private static string[] Lines(string text, string without) =>
        [.. text.Split('\n').Where(line => !line.Contains(without, StringComparison.Ordinal)).Order()];

    private void MountDisk()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a small file system needs root");
        CommandResult mounted = Command.Run(Checkout.MachineProgram("mount"), "-t", "tmpfs", "-o", Plenty, "tmpfs", _node.At("node"));
        Assert.SkipWhen(mounted.Status != 0, "no file system can be mounted here: " + mounted.Errors);
        _isMounted = true;
    }

    private void SetLimit(string options) => Command.Run(Checkout.MachineProgram("mount"), "-o", "remount," + options, _node.At("node")).Succeeded();

    private long Used(string limit)
    {
        string[] form = limit == "size" ? ["--output=used", "-B1"] : ["--output=iused"];
        string[] lines = Command.Run("/bin/df", [.. form, _node.At("node")]).Succeeded().Output.TrimEnd().Split('\n');
        return long.Parse(lines[^1].Trim(), CultureInfo.InvariantCulture);
    }
}
