namespace GpuContainers.EndToEnd.Tests;

/// <summary>
/// Real engines with the files that <c>nvidia-ctk runtime configure</c> has written: they start, and run a container through the runtime named nvidia.
/// </summary>
public sealed class ConfiguredEnginesTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private const string Script = "ls /dev | grep ^nvidia; probe libcuda.so.1";

    private SimulatedHost Host => fixture.Host;

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Host.At(path))!);
        File.WriteAllText(Host.At(path), text);
    }

    private string Configure(params string[] options) => Host.Run(["nvidia-ctk", "runtime", "configure", .. options]).Succeeded().Output;

    [Fact]
    [Requirement("CT-61", "CT-131")]
    public void Dockerd_knows_the_runtime_by_its_name()
    {
        _ = Checkout.MachineProgram("dockerd");
        _ = Checkout.MachineProgram("docker");
        var container = new Container(Host);
        const string before = """
            {
                "data-root": "/run/docker-test/data",
                "exec-root": "/run/docker-test/exec",
                "pidfile": "/run/docker-test/pid",
                "hosts": ["unix:///run/docker-test/socket"],
                "storage-driver": "vfs"
            }
            """;
        Write("/etc/docker/daemon.json", before);
        Configure("--runtime=docker");
        CommandResult result = Host.Shell($"""
            mkdir -p /run/docker-test && cd /run/docker-test
            export DOCKER_HOST=unix:///run/docker-test/socket
            dockerd --bridge=none --iptables=false >log 2>&1 &
            daemon=$!
            {SimulatedHost.Await("docker version >/dev/null 2>&1", "cat log >&2; exit 9")}
            tar -C {container.Rootfs} -c . | docker import - gpu:test >/dev/null
            docker run --rm --runtime=nvidia --network none --env NVIDIA_VISIBLE_DEVICES=1 --env PATH=/usr/bin:/bin gpu:test /bin/sh -c '{Script}'
            status=$?; kill $daemon; wait $daemon; exit $status
            """);
        Assert.SkipWhen(result.Status == 9, "dockerd does not start on this machine: " + result.Errors);
        AssertOneGpu(result.Succeeded().Output);
        Configure("--runtime=docker", "--undo");
        Assert.Equal(before, File.ReadAllText(Host.At("/etc/docker/daemon.json")));
    }

    [Fact]
    [Requirement("CT-75", "CT-80", "CT-83")]
    public void Containerd_shows_and_runs_the_runtime()
    {
        _ = Checkout.MachineProgram("containerd");
        var container = new Container(Host);
        Write("/etc/containerd/config.toml", """
            version = 2
            # where this test keeps its things
            root = "/run/containerd-configured/root"
            state = "/run/containerd-configured/state"

            [grpc]
              address = "/run/containerd-configured/socket"

            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "pause:test"
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                runtime_type = "io.containerd.runc.v2"
                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                  SystemdCgroup = false
            """);
        Configure("--runtime=containerd", "--set-as-default");
        string dump = Host.Run("containerd", "config", "dump").Succeeded().Output;
        foreach (string line in (string[])["default_runtime_name = \"nvidia\"", "containerd.runtimes.nvidia.options]",
            "BinaryName = \"/usr/bin/nvidia-container-runtime\"", "containerd.runtimes.runc.options]", "sandbox_image = \"pause:test\""])
            Assert.Contains(line, dump, StringComparison.Ordinal);
        // What containerd says is a source as good as its file; the default that we have set is not taken for its own.
        Assert.Contains("SystemdCgroup = false", Configure("--runtime=containerd", "--config-source=command", "--dry-run"), StringComparison.Ordinal);
        CommandResult result = Host.Shell($"""
            mkdir -p /run/containerd-configured && cd /run/containerd-configured
            containerd >log 2>&1 &
            daemon=$!
            {SimulatedHost.Await("ctr --address socket version >/dev/null 2>&1", "cat log >&2; exit 9")}
            binary=$(containerd config dump | sed -n 's/.*BinaryName = "\(.*nvidia.*\)"/\1/p')
            ctr --address socket run --rm --runc-binary "$binary" --env NVIDIA_VISIBLE_DEVICES=1 --env PATH=/usr/bin:/bin \
                --rootfs {container.Rootfs} {container.Id} /bin/sh -c '{Script}'
            status=$?; kill $daemon; wait $daemon; exit $status
            """);
        Assert.SkipWhen(result.Status == 9, "containerd does not start on this machine: " + result.Errors);
        AssertOneGpu(result.Succeeded().Output);
    }

    [Fact]
    [Requirement("CT-110", "CT-111")]
    public void Podman_runs_the_named_runtime_and_reads_the_hook_file()
    {
        _ = Checkout.MachineProgram("podman");
        var container = new Container(Host);
        Write("/run/podman-configured/containers.conf", "[engine.runtimes]\nnvidia = [\"/usr/bin/nvidia-container-runtime\"]\n");
        ProgramFile.Write(Host.At("/run/podman-configured/hook"), "#!/bin/sh\ncat >/dev/null\necho \"$0 $*\" >/run/podman-configured/called\n");
        Configure("--runtime=crio", "--config-mode=oci-hook", "--oci-hook-path=/run/podman-configured/hooks/nvidia.json",
            "--nvidia-runtime-hook-path=/run/podman-configured/hook");
        CommandResult result = Host.Run("env", "CONTAINERS_CONF=/run/podman-configured/containers.conf", "podman", "--root", "/run/podman-configured/root",
            "--runroot", "/run/podman-configured/run",
            "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--hooks-dir", "/run/podman-configured/hooks", "--runtime", "nvidia", "run", "--rm",
                "--network", "none",
            "--security-opt", "label=disable", "--env", "NVIDIA_VISIBLE_DEVICES=1", "--env", "PATH=/usr/bin:/bin", "--rootfs", container.Rootfs, "/bin/sh",
                "-c", Script);
        Assert.SkipWhen(result.Errors.Contains("cgroup", StringComparison.Ordinal)
            && result.Status != 0, "podman does not work with this machine's cgroups: " + result.Errors);
        AssertOneGpu(result.Succeeded().Output);
        Assert.Equal("/run/podman-configured/hook prestart\n", File.ReadAllText(Host.At("/run/podman-configured/called")));
    }

    private static void AssertOneGpu(string output)
    {
        Assert.Contains("nvidia1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("nvidia0", output, StringComparison.Ordinal);
        Assert.Contains("libcuda.so.1: loaded", output, StringComparison.Ordinal);
    }
}
