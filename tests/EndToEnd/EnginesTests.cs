namespace GpuContainers.EndToEnd.Tests;

/// <summary>Other runtimes and real engines in front of the programs.</summary>
public sealed class EnginesTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private const string Script = "ls /dev | grep ^nvidia; probe libcuda.so.1";

    private SimulatedHost Host => fixture.Host;

    [Fact]
    public void Crun_as_the_low_level_runtime()
    {
        _ = Checkout.MachineProgram("crun");
        // crun refuses controllers of both cgroup versions at once; without the second version's tree it sees the first alone.
        Host.Shell("umount /sys/fs/cgroup/unified 2>/dev/null; true").Succeeded();
        Directory.CreateDirectory(Host.At("/etc/nvidia-container-runtime"));
        string file = Host.At("/etc/nvidia-container-runtime/config.toml");
        File.WriteAllText(file, "[nvidia-container-runtime]\nruntimes = [\"crun\"]\n");
        try
        {
            ContainerResult result = new Container(Host).With("NVIDIA_VISIBLE_DEVICES=1").Run(Script);
            Assert.SkipWhen(
                result.Errors.Contains("hybrid mode", StringComparison.Ordinal), "crun does not work with this machine's cgroups: " + result.Errors.Trim());
            AssertOneGpu(result.Succeeded().Output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Podman_with_our_runtime()
    {
        _ = Checkout.MachineProgram("podman");
        var container = new Container(Host);
        CommandResult result = Host.Run(
            "podman", "--root", "/run/podman-root", "--runroot", "/run/podman-run", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs",
            "--runtime", "/usr/bin/nvidia-container-runtime", "run", "--rm", "--network", "none", "--security-opt", "label=disable",
            "--env", "NVIDIA_VISIBLE_DEVICES=1", "--env", "PATH=/usr/bin:/bin", "--rootfs", container.Rootfs, "/bin/sh", "-c", Script);
        Assert.SkipWhen(result.Errors.Contains("cgroup", StringComparison.Ordinal)
            && result.Status != 0, "podman does not work with this machine's cgroups: " + result.Errors);
        AssertOneGpu(result.Succeeded().Output);
    }

    [Fact]
    public void Containerd_with_our_runtime()
    {
        _ = Checkout.MachineProgram("containerd");
        var container = new Container(Host);
        CommandResult result = Host.Shell($"""
            mkdir -p /run/containerd-test && cd /run/containerd-test
            printf 'version = 2\nroot = "/run/containerd-test/root"\nstate = "/run/containerd-test/state"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "/run/containerd-test/socket"\n' >config.toml
            containerd --config config.toml >log 2>&1 &
            {SimulatedHost.Await("ctr --address socket version >/dev/null 2>&1", "cat log >&2; exit 9")}
            ctr --address socket run --rm --runc-binary /usr/bin/nvidia-container-runtime --env NVIDIA_VISIBLE_DEVICES=1 --env PATH=/usr/bin:/bin \
                --rootfs {container.Rootfs} {container.Id} /bin/sh -c '{Script}'
            status=$?; kill %1; exit $status
            """);
        Assert.SkipWhen(result.Status == 9, "containerd does not start on this machine: " + result.Errors);
        AssertOneGpu(result.Succeeded().Output);
    }

    private static void AssertOneGpu(string output)
    {
        Assert.Contains("nvidia1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("nvidia0", output, StringComparison.Ordinal);
        Assert.Contains("libcuda.so.1: loaded", output, StringComparison.Ordinal);
    }
}
