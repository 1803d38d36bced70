using GpuContainers.EndToEnd.Tests.Legacy;
using Grpc.Core;

namespace GpuContainers.EndToEnd.Tests.Pods;

/// <summary>
/// The commands of the guide to containerd as a reader would type them, with containerd of three Debian suites in a simulated host; what crictl does there,
/// which Debian does not have, is asked of CRI itself.
/// </summary>
[Trait("Kind", "slow")]
public sealed class ContainerdGuideTests
{
    private const string Page = "containerd.md";
    private const string Devices = "ls /dev | grep '^nvidia[0-9]' | tr '\\n' ' '";

    // The image that the guide calls "debian"; ctr --gpus asks for the image's ldconfig.
    private const string Image = "docker.io/library/debian:latest";

    // The service manager of a machine that has no other. The supervisor starts what it ends.
    private const string ServiceManager = """
        #!/bin/sh
        [ "$*" = "restart containerd" ] || { echo "systemctl $*: only containerd is a service here" >&2; exit 1; }
        old=$(cat /run/containerd/pid)
        kill $old
        AWAIT
        """;

    [Theory]
    [InlineData("")]
    [InlineData("containerd-1.7")]
    [InlineData("containerd-2")]
    public void The_page_works_as_it_is_written(string package)
    {
        bool knowsCdi = package.Length > 0;
        using var host = SimulatedHost.Start("h200x2");
        KernelDriver.Install(host);
        using PodEngine engine = new(host, package, isUsual: true, KernelDriver.Path + "\n");
        Prepare(host, engine);
        Assert.Contains("no runtime for \"nvidia\" is configured", Refusal(engine), StringComparison.Ordinal);

        Type(engine, host, "sh");
        Assert.Equal("nvidia1", Run(engine, static pod => pod.Run(Devices, ("NVIDIA_VISIBLE_DEVICES", "1"))));
        if (knowsCdi)
        {
            Type(engine, host, "sh containerd 1.7");
            Assert.Equal("nvidia0", Run(engine, static pod => pod.RunWithDevices(Devices, "nvidia.com/gpu=0"), handler: ""));
            if (package == "containerd-2")
                Type(engine, host, "sh containerd 2");
            Type(engine, host, "sh containerd back");
        }

        Type(engine, host, "sh containerd back");
        Assert.Contains("no runtime for \"nvidia\" is configured", Refusal(engine), StringComparison.Ordinal);
    }

    private static void Prepare(SimulatedHost host, PodEngine engine)
    {
        var image = new Container(host);
        host.Shell($"mkdir -p {image.Rootfs}/sbin && touch {image.Rootfs}/sbin/ldconfig").Succeeded();
        OciArchive.Write(host.At("/run/debian.tar"), host.At(image.Rootfs), Image);
        host.Shell($"{engine.Setting} ctr image import /run/debian.tar").Succeeded();
        string wait = SimulatedHost.Await(
            "{ [ \"$(cat /run/containerd/pid)\" != $old ] && ctr version >/dev/null 2>&1; }", "cat /run/containerd/log >&2; exit 9");
        ProgramFile.Write(host.At("/usr/local/bin/systemctl"), ServiceManager.Replace("AWAIT", wait, StringComparison.Ordinal));
    }

    // Ends when the engine is ready for pods again.
    private static void Type(PodEngine engine, SimulatedHost host, string kind)
    {
        string script = string.Concat(GuideBlock.Of(Page).Where(block => block.Info == kind).Select(static block => block.Text));
        Assert.NotEmpty(script);
        File.WriteAllText(host.At("/run/guide.sh"), $"{engine.Setting}export PATH=/usr/local/bin:$PATH\nset -ex\n{script}");
        CommandResult result = host.Run(["/bin/sh", "/run/guide.sh"], TimeSpan.FromMinutes(10));
        Assert.True(result.Status == 0, $"{kind}: {result.Output}\n{result.Errors}\n{engine.ReadLog()}");
        engine.AwaitAnswer();
    }

    private static string Run(PodEngine engine, Func<Pod, string> use, string handler = "nvidia")
    {
        using Pod pod = new(engine, handler);
        return use(pod).Trim();
    }

    private static string Refusal(PodEngine engine) => Assert.Throws<RpcException>(() => new Pod(engine, "nvidia")).Status.Detail;
}
