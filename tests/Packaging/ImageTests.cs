using System.Text.Json;

namespace GpuContainers.Packaging.Tests;

/// <summary>The installer's image, made without an engine: loaded by those that are here, and its entry point installs into a node.</summary>
[Trait("Kind", "slow")]
public sealed class ImageTests(Packages packages) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("image-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Archive => Directory.GetFiles(_folder, $"gpu-containers-*-image-{Packages.Architecture.Deb}.tar").Single();

    private void Make()
    {
        string programs = Path.GetDirectoryName(Checkout.Program("nvidia-ctk-installer"))!;
        Command.Run(Checkout.At("packaging", "image", "root.sh"), programs, "/", Checkout.MachineProgram("busybox"), _folder + "/root").Succeeded();
        Command.Run(Checkout.MachineProgram("python3"), Checkout.At("packaging", "image", "make-image.py"), "--version", "test", "--epoch", "1700000000",
            "--output", _folder, $"{Packages.Architecture.Deb}={_folder}/root").Succeeded();
    }

    [Fact]
    [Requirement("IN-120", "IN-121", "IN-122")]
    public void Podman_loads_it_and_its_entry_point_installs_into_a_node()
    {
        _ = Checkout.MachineProgram("podman");
        Make();
        using SimulatedHost host = SimulatedHost.StartBare("h200x2");
        CommandResult result = host.Shell($"""
            podman() ( command podman --root /run/image-test/root --runroot /run/image-test/run --storage-driver vfs --cgroup-manager cgroupfs "$@" )
            mkdir -p /run/image-test/node && podman load --input {Archive} && podman inspect --format '{Braces("json .Config.Env")}' gpu-containers:test
            podman --runtime runc run --rm --network none --security-opt label=disable --volume /run/image-test/node:/node gpu-containers:test \
                --no-daemon --no-runtime-config --toolkit-install-dir=/node --pid-file=/tmp/toolkit.pid
            status=$?
            sed -n 's/^path = //p' /run/image-test/node/toolkit/.config/nvidia-container-runtime/config.toml
            /run/image-test/node/toolkit/nvidia-cdi-hook --version; exit $status
            """);
        Assert.SkipWhen(result.Status != 0 && result.Errors.Contains("cgroup", StringComparison.Ordinal), "podman does not work with this machine's cgroups");
        string output = result.Succeeded().Output;
        Assert.Contains("NVIDIA_VISIBLE_DEVICES=void", output, StringComparison.Ordinal);
        Assert.Contains("/node/toolkit/nvidia-ctk", output, StringComparison.Ordinal);
        Assert.Contains("version", output, StringComparison.Ordinal);
    }

    // Operators mount a script into the image and start it by a shell, older ones by bash.
    [Theory]
    [Requirement("IN-120", "IN-130")]
    [InlineData("sh")]
    [InlineData("bash")]
    public void The_script_of_an_operator_runs_in_it(string shell)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may change the root");
        Make();
        string script = _folder + "/root/bin/entrypoint.sh";
        ProgramFile.Write(script, $"""
            #!/bin/{shell}
            set -e
            root=/run/nvidia/driver
            if [[ -f /etc/passwd ]]; then
              root=/
            fi
            export NVIDIA_DRIVER_ROOT=$root
            exec nvidia-toolkit --version
            """);
        string output = Command.Run(
            Checkout.MachineProgram("chroot"), [_folder + "/root", "/bin/" + shell, "-c", "/bin/entrypoint.sh"],
            [new KeyValuePair<string, string?>("PATH", "/work:/busybox:/bin")]).Succeeded().Output;
        Assert.Contains("nvidia-ctk-installer version", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Containerd_imports_it()
    {
        _ = Checkout.MachineProgram("containerd");
        Make();
        using SimulatedHost host = SimulatedHost.StartBare("h200x2");
        string whole = Directory.GetFiles(_folder, "*-image.oci.tar").Single();
        CommandResult result = host.Shell($"""
            mkdir -p /run/image-containerd && cd /run/image-containerd
            printf 'version = 2\nroot = "/run/image-containerd/root"\nstate = "/run/image-containerd/state"\n[grpc]\naddress = "/run/image-containerd/socket"\n' >config
            containerd --config config >log 2>&1 & daemon=$!
            {SimulatedHost.Await("ctr --address socket version >/dev/null 2>&1", "cat log >&2; exit 9")}
            ctr --address socket images import {whole} && ctr --address socket images ls; status=$?
            kill $daemon; wait $daemon; exit $status
            """);
        Assert.SkipWhen(result.Status == 9, "containerd does not start on this machine: " + result.Errors);
        Assert.Contains("docker.io/library/gpu-containers:test", result.Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Docker_loads_it()
    {
        _ = Checkout.MachineProgram("dockerd");
        Make();
        using SimulatedHost host = SimulatedHost.StartBare("h200x2");
        CommandResult result = host.Shell($"""
            mkdir -p /run/image-docker && cd /run/image-docker
            export DOCKER_HOST=unix:///run/image-docker/socket
            dockerd --bridge=none --iptables=false --data-root=/run/image-docker/data --exec-root=/run/image-docker/exec --pidfile=/run/image-docker/pid \
                --host=$DOCKER_HOST --storage-driver=vfs >log 2>&1 & daemon=$!
            {SimulatedHost.Await("docker version >/dev/null 2>&1", "cat log >&2; exit 9")}
            docker load --input {Archive} && docker run --rm --network none gpu-containers:test --version; status=$?
            kill $daemon; wait $daemon; exit $status
            """);
        Assert.SkipWhen(result.Status == 9, "dockerd does not start on this machine: " + result.Errors);
        Assert.Contains("nvidia-ctk-installer version", result.Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_images_are_the_same_bytes()
    {
        Make();
        byte[] first = File.ReadAllBytes(Archive);
        Make();
        Assert.Equal(first, File.ReadAllBytes(Archive));
    }

    [Fact]
    [Requirement("IN-123")]
    public void A_second_image_holds_the_packages_and_their_checksums()
    {
        string folder = Path.GetDirectoryName(packages.Deb)!;
        Command.Run(Checkout.At("packaging", "image", "packages-root.sh"), folder, _folder + "/root").Succeeded();
        Command.Run(Checkout.MachineProgram("python3"), Checkout.At("packaging", "image", "make-image.py"), "--packages", "--version", "test",
            "--epoch", "1700000000", "--output", _folder, $"{Packages.Architecture.Deb}={_folder}/root").Succeeded();
        Assert.EndsWith($"gpu-containers-test-packaging-image-{Packages.Architecture.Deb}.tar", Archive, StringComparison.Ordinal);
        string manifest = Command.Run("tar", "-xOf", Archive, "manifest.json").Succeeded().Output;
        Assert.Contains("\"gpu-containers:test-packaging\"", manifest, StringComparison.Ordinal);
        string layer = JsonDocument.Parse(manifest).RootElement[0].GetProperty("Layers")[0].GetString()!;
        string unpacked = Directory.CreateDirectory(_folder + "/unpacked").FullName;
        Command.Run("/bin/sh", "-c", $"tar -xOf {Archive} {layer} | tar -xz -C {unpacked} && cd {unpacked}/artifacts/packages && "
            + "tail -n +2 ../manifest.txt | sha256sum --check --strict").Succeeded();
        Assert.True(File.Exists($"{unpacked}/artifacts/packages/ubuntu18.04/{Packages.Architecture.Deb}/{Path.GetFileName(packages.Deb)}"));
        Assert.True(File.Exists($"{unpacked}/artifacts/packages/centos7/{Packages.Architecture.Rpm}/{Path.GetFileName(packages.Rpm)}"));
    }

    // The words of a template of podman, whose braces those of C# would swallow.
    private static string Braces(string words) => "{{" + words + "}}";
}
