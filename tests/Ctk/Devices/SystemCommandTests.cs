using GpuContainers.Ctk.Tests.Cdi;

namespace GpuContainers.Ctk.Tests.Devices;

public sealed class SystemCommandTests
{
    [Fact]
    [Requirement("CT-150")]
    public void Without_an_action_only_the_root_is_named()
    {
        CommandResult result = CtkCli.Run("system", "create-device-nodes");
        Assert.Equal(0, result.Status);
        Assert.Matches("^time=\"[^\"]+\" level=info msg=\"Using dev-root \\\\\"/\\\\\"\"\n$", result.Errors);
    }

    [Fact]
    [Requirement("CT-170", "CT-172")]
    public void A_dry_run_prints_the_commands_in_the_drivers_root()
    {
        CommandResult result = CtkCli.Run(["system", "create-device-nodes", "--load-kernel-modules"],
            new Dictionary<string, string?> { ["NVIDIA_DRIVER_ROOT"] = "/run/driver", ["DRY_RUN"] = "1" });
        Assert.Equal(0, result.Status);
        int last = -1;
        foreach (string module in (string[])["nvidia", "nvidia-uvm", "nvidia-modeset"])
        {
            int at = result.Errors.IndexOf($"msg=\"Running: chroot /run/driver /sbin/modprobe {module}\"", StringComparison.Ordinal);
            Assert.True(at > last);
            last = at;
        }
    }

    [Fact]
    [Requirement("CT-160")]
    public void Flags_that_need_create_all_are_dropped_with_a_warning()
    {
        string empty = Directory.CreateTempSubdirectory("nvct").FullName;
        CommandResult result = CtkCli.Run(
            "system", "create-dev-char-symlinks", "--load-kernel-modules", "--create-device-nodes", "--dev-root", empty, "--dev-char-path", empty + "/char");
        Directory.Delete(empty);
        Assert.Equal(0, result.Status);
        Assert.Contains("msg=\"load-kernel-modules is only applicable when create-all is set; ignoring\"", result.Errors, StringComparison.Ordinal);
        Assert.Contains("msg=\"create-device-nodes is only applicable when create-all is set; ignoring\"", result.Errors, StringComparison.Ordinal);
        // The dev root is a choice of its own (CT-162, CT-164).
        Assert.Contains($"msg=\"No NVIDIA devices found in {empty}\"", result.Errors, StringComparison.Ordinal);
    }
}
