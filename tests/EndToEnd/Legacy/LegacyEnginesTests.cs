namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>Engines that know GPUs through the legacy hook or nvidia-container-cli alone, the way people have asked them for GPUs for years.</summary>
public sealed class LegacyEnginesTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private SimulatedHost Host => fixture.Host;

    [Theory]
    [Requirement("LG-77", "CL-120")]
    [InlineData("all", true, new[] { 0, 1 })]
    [InlineData("device=1,capabilities=utility", false, new[] { 1 })]
    [InlineData("\"device=0,1\"", true, new[] { 0, 1 })]
    public void Docker_run_with_gpus(string request, bool hasCuda, int[] gpus)
    {
        CommandResult result = DockerDaemon.Run(
            Host, $"docker run --rm --network none --gpus '{request}' --env PATH=/usr/bin:/bin gpu:test {GpuLook.Program}");
        GpuLook.AssertGpus(result.Output, hasCuda, gpus);
    }

    [Fact]
    [Requirement("LG-77")]
    public void Compose_with_reserved_devices()
    {
        string compose = Checkout.At("artifacts", "debian", "compose", "usr", "libexec", "docker", "cli-plugins", "docker-compose");
        Assert.SkipUnless(File.Exists(compose), $"{compose} is missing: run make test");
        const string file = $$"""
            services:
              gpu:
                image: gpu:test
                network_mode: none
                environment: [PATH=/usr/bin:/bin]
                command: {{GpuLook.Program}}
                deploy:
                  resources:
                    reservations:
                      devices: [{driver: nvidia, device_ids: ["0"], capabilities: [gpu]}]
            """;
        Directory.CreateDirectory(Host.At("/run/compose"));
        File.WriteAllText(Host.At("/run/compose/compose.yaml"), file);
        string up = $"cd /run/compose && {compose} up --no-color --abort-on-container-exit --exit-code-from gpu";
        GpuLook.AssertGpus(DockerDaemon.Run(Host, up).Output, true, 0);
    }

    [Fact]
    [Requirement("CL-57", "CL-64")]
    public void Ctr_run_with_gpus()
    {
        _ = Checkout.MachineProgram("containerd");
        KernelDriver.Install(Host);
        var container = GpuLook.Prepare(Host);
        // Images with a C library have one; ctr asks for the image's.
        Host.Shell($"mkdir -p {container.Rootfs}/sbin && touch {container.Rootfs}/sbin/ldconfig").Succeeded();
        CommandResult result = Host.Shell($"""
            mkdir -p /run/legacy-ctr && cd /run/legacy-ctr
            printf 'version = 2\nroot = "%s/root"\nstate = "%s/state"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "%s/socket"\n' \
                $PWD $PWD $PWD >config.toml
            containerd --config config.toml >log 2>&1 &
            daemon=$!
            {SimulatedHost.Await("ctr --address socket version >/dev/null 2>&1", "cat log >&2; exit 9")}
            ctr --address socket run --rm --runc-binary {KernelDriver.LowLevelRuntime} --gpus 0 --env PATH=/usr/bin:/bin --rootfs {container.Rootfs} \
                {container.Id} {GpuLook.Program}
            status=$?; kill $daemon; wait $daemon; exit $status
            """);
        Assert.SkipWhen(result.Status == 9, "containerd does not start on this machine: " + result.Errors);
        GpuLook.AssertGpus(result.Succeeded().Output, true, 0);
    }

    [Fact]
    [Requirement("LG-78", "LG-79")]
    public void Podman_with_a_hook_file()
    {
        _ = Checkout.MachineProgram("podman");
        KernelDriver.Install(Host);
        var container = GpuLook.Prepare(Host);
        Host.Run("nvidia-ctk", "runtime", "configure", "--runtime=crio", "--config-mode=oci-hook", "--oci-hook-path=/run/legacy-podman/hooks/nvidia.json")
            .Succeeded();
        CommandResult result = Host.Shell($"""
            podman --root /run/legacy-podman/root --runroot /run/legacy-podman/run --storage-driver vfs --cgroup-manager cgroupfs \
                --runtime {KernelDriver.LowLevelRuntime} --hooks-dir /run/legacy-podman/hooks run --rm --network none --security-opt label=disable \
                --cap-add MKNOD --env NVIDIA_VISIBLE_DEVICES=1 --env PATH=/usr/bin:/bin --rootfs {container.Rootfs} {GpuLook.Program}
            """);
        Assert.SkipWhen(
            result.Errors.Contains("hybrid mode", StringComparison.Ordinal), "podman does not work with this machine's cgroups: " + result.Errors.Trim());
        GpuLook.AssertGpus(result.Succeeded().Output, true, 1);
    }
}
