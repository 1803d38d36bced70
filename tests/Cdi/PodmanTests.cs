namespace GpuContainers.Cdi.Tests;

/// <summary>Another client reads what we write.</summary>
public sealed class PodmanTests : IDisposable
{
    private const string Busybox = "/usr/bin/busybox";

    // In mount namespaces of its own nothing of this machine's folders or locks is touched. Limits are given because some machines refuse to raise them.
    private const string Script = """
        set -e
        mount -t tmpfs tmpfs /run
        mount -t tmpfs tmpfs /dev/shm
        mkdir /run/cdi
        cp "$1"/spec.* /run/cdi/
        podman() { command podman --root "$1/root" --runroot "$1/run" --storage-driver vfs --cgroup-manager cgroupfs "${@:2}"; }
        tar -C "$1/image" -c . | podman "$1" import --quiet - local/cdi-test >&2
        podman "$1" run --rm --network none --device acme.example/npu=0 --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 --runtime runc local/cdi-test \
            /bin/busybox sh -c 'echo "$NPU_MODE"; /bin/busybox stat -c "%F %t:%T" /dev/npu0; /bin/busybox cat /npu/greeting'
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("spec.yaml")]
    [InlineData("spec.json")]
    public void A_container_of_podman_has_variable_mount_and_node(string name)
    {
        foreach (string program in new[] { "/usr/bin/podman", "/usr/sbin/runc", Busybox })
            Assert.SkipUnless(File.Exists(program), $"{program} is not installed");
        string greeting = _folder.Write("greeting", "hello from the host\n");
        Directory.CreateDirectory(_folder.Path + "/image/bin");
        File.Copy(Busybox, _folder.Path + "/image/bin/busybox");
        var edits = new ContainerEdits
        {
            Env = ["NPU_MODE=a: b"],
            DeviceNodes = [new DeviceNode { Path = "/dev/npu0", HostPath = "/dev/null" }],
            Mounts = [new Mount { HostPath = greeting, ContainerPath = "/npu/greeting", Options = ["ro", "bind"] }],
        };
        // Podman of Debian 12 knows versions up to 0.5.0.
        CdiSpecFile.Save(_folder.Path + "/" + name, TestData.Spec(edits, device: "0", version: "0.5.0"));

        CommandResult result = Command.Run("unshare", "--mount", "--propagation", "private", "bash", "-c", Script, "bash", _folder.Path).Succeeded();

        Assert.Equal("a: b\ncharacter special file 1:3\nhello from the host\n", result.Output);
    }
}
