using GpuContainers.EndToEnd.Tests.Legacy;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>The commands of the guides, page by page as a reader would type them, with the engines of Debian in a simulated host.</summary>
[Trait("Kind", "slow")]
public sealed class GuideCommandsTests
{
    // The image that the guides call "debian", and an engine whose files lie where it disturbs nobody.
    private const string Daemon = """
        { "data-root": "/run/guide/data", "exec-root": "/run/guide/exec", "pidfile": "/run/guide/pid", "hosts": ["unix:///run/guide/socket"],
          "storage-driver": "vfs", "bridge": "none", "iptables": false }
        """;

    // Where Podman finds a place of its own, whatever the machine's file systems are.
    private const string PodmanStorage = "[storage]\ndriver = \"vfs\"\ngraphroot = \"/run/guide/root\"\nrunroot = \"/run/guide/run\"\n";

    /// <summary>A configuration of Podman that needs nothing of the machine but runc.</summary>
    internal const string PodmanSettings = """
        [containers]
        netns = "none"
        label = false
        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "none"
        runtime = "runc"
        """;

    // The service manager of a machine that has no other: it starts dockerd anew.
    private const string ServiceManager = """
        #!/bin/sh
        [ "$*" = "restart docker" ] || { echo "systemctl $*: only docker is a service here" >&2; exit 1; }
        if [ -s /run/guide/pid ]; then
            old=$(cat /run/guide/pid)
            kill $old
            while kill -0 $old 2>/dev/null; do sleep 0.1; done # poll
        fi
        dockerd >>/run/guide/log 2>&1 </dev/null &
        AWAIT
        """;

    // These two have tests of their own: three containerds, and a user in place of root.
    public static TheoryData<string> Pages => [.. GuideBlock.Pages.Where(
        static page => page is not ("containerd.md" or "rootless.md") && GuideBlock.Of(page).Any(static block => block.Info == "sh"))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_works_as_it_is_written(string page) => Run(page, "", "sh");

    // The Docker of Debian 12 knows no CDI.
    [Fact]
    public void Dockers_page_works_with_a_Docker_that_knows_CDI()
    {
        string folder = Checkout.At("artifacts", "debian", "docker", "usr");
        Assert.SkipUnless(File.Exists(folder + "/sbin/dockerd"), $"{folder} is missing: run make engines");
        Run("docker.md", $"{folder}/sbin:{folder}/bin:", "sh", "sh docker 25");
    }

    private static void Run(string page, string searchedFirst, params string[] kinds)
    {
        using var host = SimulatedHost.Start("h200x2");
        string script = string.Concat(GuideBlock.Of(page).Where(block => kinds.Contains(block.Info)).Select(static block => block.Text));
        bool needsDocker = script.Contains("docker", StringComparison.Ordinal);
        string setting = !needsDocker ? ""
            : $"{KernelDriver.Path}\nexport PATH={searchedFirst}/usr/local/bin:$PATH\nexport DOCKER_HOST=unix:///run/guide/socket\n";
        if (needsDocker)
            PrepareDocker(host, setting);
        if (script.Contains("podman run", StringComparison.Ordinal))
            PreparePodman(host);
        string path = "/run/guide-" + page;
        File.WriteAllText(host.At(path), $"{setting}set -ex\n{script}");
        CommandResult result = host.Run(["/bin/sh", path], TimeSpan.FromMinutes(10));
        if (needsDocker)
            host.Shell("kill $(cat /run/guide/pid)");
        Assert.True(result.Status == 0, $"{page}: {result.Output}\n{result.Errors}");
    }

    [Fact]
    public void The_simulators_page_works_as_it_is_written()
    {
        string script = string.Concat(GuideBlock.Of("simulator.md").Where(static block => block.Info == "sh simulator").Select(static block => block.Text));
        Assert.NotEmpty(script);
        string folder = Path.GetDirectoryName(Checkout.Simulator())!;
        Command.Run("/bin/sh", "-c", $"set -ex; cd {Checkout.Root}; PATH={folder}:$PATH\n{script}").Succeeded();
    }

    private static void PrepareDocker(SimulatedHost host, string setting)
    {
        _ = Checkout.MachineProgram("dockerd");
        _ = Checkout.MachineProgram("docker");
        KernelDriver.Install(host);
        Directory.CreateDirectory(host.At("/run/guide"));
        Directory.CreateDirectory(host.At("/etc/docker"));
        File.WriteAllText(host.At("/etc/docker/daemon.json"), Daemon);
        string manager = host.At("/usr/local/bin/systemctl");
        string wait = SimulatedHost.Await("docker version >/dev/null 2>&1", "cat /run/guide/log >&2; exit 9");
        ProgramFile.Write(manager, ServiceManager.Replace("AWAIT", wait, StringComparison.Ordinal));
        var image = new Container(host);
        CommandResult started = host.Shell($"""
            {setting}
            /usr/local/bin/systemctl restart docker || exit 9
            tar -C {image.Rootfs} -c . | docker import - debian:latest
            """);
        Assert.SkipWhen(started.Status == 9, "dockerd does not start on this machine: " + started.Errors);
        started.Succeeded();
    }

    private static void PreparePodman(SimulatedHost host)
    {
        _ = Checkout.MachineProgram("podman");
        Directory.CreateDirectory(host.At("/etc/containers"));
        File.WriteAllText(host.At("/etc/containers/storage.conf"), PodmanStorage);
        File.WriteAllText(host.At("/etc/containers/containers.conf"), PodmanSettings);
        var image = new Container(host);
        host.Shell($"tar -C {image.Rootfs} -c . | podman import - docker.io/library/debian:latest").Succeeded();
    }
}
