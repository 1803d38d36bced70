namespace GpuContainers.EndToEnd.Tests;

/// <summary>The guide to containers without root, as its reader would type it: Debian's Podman and a user with subordinate ids, in a simulated host.</summary>
[Trait("Kind", "slow")]
public sealed class RootlessGuideTests
{
    private const int User = 64321;
    private const string Home = "/home/reader";
    private const string Runtime = "/run/user/64321";

    // The images of a user lie where any file system will do.
    private const string Storage = "[storage]\ndriver = \"vfs\"\n";

    // A login of that user, as root's script begins one.
    private static readonly string s_login =
        $"cd {Home} && exec setpriv --reuid {User} --regid {User} --clear-groups env HOME={Home} TMPDIR={Home} XDG_RUNTIME_DIR={Runtime} ";

    [Fact]
    public void The_page_works_as_it_is_written()
    {
        _ = Checkout.MachineProgram("podman");
        _ = Checkout.MachineProgram("newuidmap");
        _ = Checkout.MachineProgram("setpriv");
        using var host = SimulatedHost.Start("h200x2");
        host.Shell($"""
            echo 'reader:x:{User}:{User}::{Home}:/bin/sh' >>/etc/passwd; echo 'reader:x:{User}:' >>/etc/group
            echo reader:1000000:65536 >>/etc/subuid; echo reader:1000000:65536 >>/etc/subgid
            mkdir -p {Home}/.config/containers {Runtime} /etc/containers && chmod 700 {Runtime}
            umount /sys/fs/cgroup/unified 2>/dev/null; true
            """).Succeeded();
        File.WriteAllText(host.At("/etc/containers/containers.conf"), GuideCommandsTests.PodmanSettings);
        File.WriteAllText(host.At(Home + "/.config/containers/storage.conf"), Storage);
        var image = new Container(host);
        host.Shell($"""
            chown -R {User}:{User} {Home} {Runtime}
            tar -C {image.Rootfs} -c . | ({s_login} podman import - docker.io/library/debian:latest)
            """).Succeeded();
        Assert.Equal("true\n", host.Shell(s_login + "podman info --format '{{.Host.Security.Rootless}}'").Succeeded().Output);

        host.Shell("set -ex\n" + Script("sh")).Succeeded();
        File.WriteAllText(host.At("/run/guide.sh"), "set -ex\n" + Script("sh user"));
        CommandResult result = host.Shell(s_login + "/bin/sh /run/guide.sh");
        Assert.SkipWhen(
            result.Errors.Contains("hybrid mode", StringComparison.Ordinal), "podman does not work with this machine's cgroups: " + result.Errors.Trim());
        Assert.Equal(["0", "1", "1", "0"], result.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line[(line.IndexOf("GPU-2f4d1a0", StringComparison.Ordinal) + "GPU-2f4d1a0".Length)..][..1]));
    }

    private static string Script(string kind) =>
        string.Concat(GuideBlock.Of("rootless.md").Where(block => block.Info == kind).Select(static block => block.Text));
}
