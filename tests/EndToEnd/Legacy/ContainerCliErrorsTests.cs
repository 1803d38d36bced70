namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>The errors of nvidia-container-cli that docs/errors.md lists, each provoked: one line, status 1.</summary>
public sealed class ContainerCliErrorsTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private const string Configure = "nvidia-container-cli configure --no-cgroups --ldconfig=@/sbin/ldconfig --compute ";
    private readonly List<string> _said = [];

    private SimulatedHost Host => fixture.Host;

    [Fact]
    [Requirement("CL-6", "CL-13", "CL-14", "CL-18", "CL-20", "CL-54", "CL-55", "CL-71", "CL-78", "CL-79", "CL-114", "CL-126", "NL-20")]
    public void Each_error_that_is_listed_comes_as_one_line()
    {
        foreach (string command in (string[])
        [
            "nvidia-container-cli list --x", Configure + "rootfs", Configure + "--pid=x /run", "nvidia-container-cli --user=nobody-here list",
            Configure + string.Concat(Enumerable.Repeat("--require=cuda ", 33)) + "/run", Configure + "--imex-channel=x /run",
            "nvidia-container-cli --root=/none list", "mkdir -p /run/none; nvidia-container-cli --root=/run/none list",
            Configure + "--pid=$$ /none", Configure + "--pid=$$ --cuda-compat-mode=x /run",
            Configure + "--cuda-compat-mode=mount --cuda-compat-mode=ldconfig /run",
            "nvidia-container-cli configure --pid=$$ --ldconfig=@/sbin/ldconfig /run", "env -u PATH /usr/bin/nvidia-container-cli list",
            "nvidia-container-cli --ldcache=/none list", Configure + "--device=7 /run", Configure + "--device=0 --mig-config=0 /run",
            Configure + "--require='cuda>=99' /run", Configure + "--require=cuda=x /run", Configure + "--imex-channel=5 /run",
            "nvidia-container-cli configure --no-cgroups --ldconfig=@/none /run",
            "setpriv --bounding-set=-setpcap nvidia-container-cli configure --no-cgroups --pid=1 /run",
        ])
            Say(Host.Shell(command.Contains("--ldconfig=@/sbin/ldconfig /run", StringComparison.Ordinal)
                ? $"unshare --mount sh -c 'umount -R /sys/fs/cgroup; {command}'" : command));
        Say("", "mount --bind /dev/null /dev/nvidia0");
        Say("", "umount -R $R/proc; rm -r $R/proc/driver");
        Say("mkdir -p $R/usr/bin/nvidia-smi");
        Say("rm -rf $R/usr/bin; ln -s ../../../../.. $R/usr/bin");
        Say("mkdir -p $R/etc/ld.so.cache/inner");
        Say("", "mount -o remount,bind,ro /sys/fs/cgroup/devices", "--ldconfig=@/sbin/ldconfig");
        using (var stale = SimulatedHost.Start("stale-module"))
            Say(stale.Shell("nvidia-container-cli list"));
        using (var crashing = SimulatedHost.Start("nvml-crashes"))
            Say(crashing.Shell("nvidia-container-cli info"));
        using (var windows = SimulatedHost.Start("wsl"))
            Say(windows.Shell("rm /usr/lib/wsl/drivers/*/*; nvidia-container-cli list"));
        DocumentedErrors.AssertProvoked("nvidia-container-cli", _said);
    }

    [Fact]
    [Requirement("CL-150")]
    public void A_Tegra_system_without_NVML_is_told_its_modes()
    {
        using var host = SimulatedHost.Start("orin");
        string said = host.Run("nvidia-container-cli", "list").Errors;
        Assert.Contains("load library failed: libnvidia-ml.so.1", said, StringComparison.Ordinal);
        Assert.Contains("use the NVIDIA runtime in csv or cdi mode", said, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("SEC-31")]
    public void A_device_of_the_image_forges_no_line()
    {
        CommandResult result = Host.Shell(Configure + "--device=\"$(printf 'a\\nnvidia-container-cli: all is well\\033[2J')\" /run");
        Assert.Equal(1, result.Status);
        Assert.Contains("a\\u000anvidia-container-cli: all is well\\u001b[2J: unknown device", result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.TrimEnd('\n').Split('\n'));
    }

    private void Say(string image, string before = ":", string options = "--no-cgroups --ldconfig=@/sbin/ldconfig")
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        if (image.Length > 0)
            Host.Shell($"R={root.Folder}; {image}").Succeeded();
        Say(ConfigureUse.Run(Host, root, "", $"R={root.Folder}; {before}", options: options));
        root.Delete();
    }

    private void Say(CommandResult result)
    {
        Assert.True(result.Status == 1, result.Output + result.Errors);
        string said = result.Errors.TrimEnd('\n');
        Assert.StartsWith("nvidia-container-cli", said, StringComparison.Ordinal);
        // The hint of a usage error follows, wrapped as it always was.
        Assert.True(!said.Contains('\n', StringComparison.Ordinal) || said.Contains("\nTry `nvidia-container-cli", StringComparison.Ordinal), said);
        _said.Add(said);
    }
}
