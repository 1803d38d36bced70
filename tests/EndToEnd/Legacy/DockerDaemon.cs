namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>A dockerd of this machine in a simulated host, for one command; its image gpu:test is that of all test containers.</summary>
internal static class DockerDaemon
{
    private const string Configuration = """
        {
            "data-root": "/run/legacy-docker/data", "exec-root": "/run/legacy-docker/exec", "pidfile": "/run/legacy-docker/pid",
            "hosts": ["unix:///run/legacy-docker/socket"], "storage-driver": "vfs"
        }
        """;

    /// <summary>Runs a shell command beside the daemon.</summary>
    internal static CommandResult Run(SimulatedHost host, string command)
    {
        _ = Checkout.MachineProgram("dockerd");
        _ = Checkout.MachineProgram("docker");
        KernelDriver.Install(host);
        Directory.CreateDirectory(host.At("/run/legacy-docker"));
        File.WriteAllText(host.At("/run/legacy-docker/daemon.json"), Configuration);
        Container image = GpuLook.Prepare(host);
        CommandResult result = host.Shell($"""
            {KernelDriver.Path}
            export DOCKER_HOST=unix:///run/legacy-docker/socket
            cd /run/legacy-docker && dockerd --config-file daemon.json --bridge=none --iptables=false >log 2>&1 &
            daemon=$!
            cd /run/legacy-docker
            {SimulatedHost.Await("docker version >/dev/null 2>&1", "cat log >&2; exit 9")}
            docker image inspect gpu:test >/dev/null 2>&1 || tar -C {image.Rootfs} -c . | docker import - gpu:test >/dev/null
            {command}
            status=$?; kill $daemon; wait $daemon; exit $status
            """);
        Assert.SkipWhen(result.Status == 9, "dockerd does not start on this machine: " + result.Errors);
        return result.Succeeded();
    }
}
