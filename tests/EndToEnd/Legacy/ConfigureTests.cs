namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>What nvidia-container-cli configure gives and what it never gives, on kernels with and without the newer calls.</summary>
public sealed class ConfigureTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private const string Confined = """
        #include <fcntl.h>
        #include <stdio.h>
        #include <sys/socket.h>
        #include <unistd.h>
        int main(void) {
            int secret = open("/run/canary/secret", O_RDONLY), talk = socket(AF_UNIX, SOCK_STREAM, 0);
            dprintf(2, "secret %s, socket %s\n", secret < 0 ? "hidden" : "seen", talk < 0 ? "refused" : "given");
            return 0;
        }
        """;

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string> Kernels => [.. ConfigureUse.Kernels];

    [Theory]
    [Requirement("CL-88", "CL-96", "NL-13", "NL-14", "NL-15")]
    [MemberData(nameof(Kernels))]
    public void Every_mount_has_its_flags(string kernel)
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        string[] mounts = ConfigureUse.Run(Host, root, kernel, after: "cut -d' ' -f5,6 /proc/self/mountinfo").Succeeded().Output.Split('\n');
        string Flags(string target) => string.Join(',', mounts.Last(line => line.StartsWith($"{root.Folder}/{target} ", StringComparison.Ordinal))
            .Split(' ')[1].Split(',').Where(static flag => flag is "ro" or "nosuid" or "nodev" or "noexec"));
        Assert.Equal("ro,nosuid,nodev", Flags("usr/bin/nvidia-smi"));
        Assert.Equal("ro,nosuid,nodev", Flags($"{Machine.LibraryFolder[1..]}/libcuda.so.570.133.20"));
        Assert.Equal("ro,nosuid,noexec", Flags("dev/nvidia0"));
        Assert.Equal("ro,nosuid,noexec", Flags("dev/nvidiactl"));
        Assert.Equal("nosuid,nodev,noexec", Flags("proc/driver/nvidia"));
        Assert.Equal("ro,nosuid,nodev,noexec", Flags("proc/driver/nvidia/gpus/0000:18:00.0"));
        root.Delete();
    }

    [Fact]
    [Requirement("CL-89")]
    public void The_drivers_programs_are_told_to_make_no_nodes()
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        string output = ConfigureUse.Run(Host, root, "", after: $"cat {root.Folder}/proc/driver/nvidia/params").Succeeded().Output;
        Assert.Contains("ModifyDeviceFiles: 0", output, StringComparison.Ordinal);
        root.Delete();
    }

    [Theory]
    [Requirement("CL-85")]
    [InlineData("usr/bin")]
    [InlineData("usr/lib")]
    [InlineData("dev")]
    public void Nothing_is_made_on_a_volume(string folder)
    {
        fixture.PrepareCanary();
        HookRoot root = ConfigureUse.Prepare(Host);
        root.MakeFolder(folder);
        CommandResult result = ConfigureUse.Run(Host, root, "", before: $"mount --bind {CanaryHost.Canary} {root.Folder}/{folder}");
        Assert.Equal(1, result.Status);
        Assert.Contains("it is on a volume, or on a file system of the host, where nothing is made", result.Errors, StringComparison.Ordinal);
        fixture.AssertUntouched();
        root.Delete();
    }

    [Theory]
    [Requirement("CL-107")]
    [InlineData("pipe")]
    [InlineData("device")]
    [InlineData("directory")]
    public void A_compatibility_library_that_is_not_a_file_is_refused(string kind)
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        Trap.All.Single(trap => trap.Name == kind).Spring(root, "usr/local/cuda/compat/libcuda.so.999.1");
        CommandResult result = ConfigureUse.Run(Host, root, "");
        Assert.Equal(1, result.Status);
        Assert.Contains("unexpected source file mode", result.Errors, StringComparison.Ordinal);
        root.Delete();
    }

    [Fact]
    [Requirement("CL-96")]
    public void A_node_that_is_another_device_is_refused()
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        CommandResult result = ConfigureUse.Run(Host, root, "", before: "mount --bind /dev/null /dev/nvidia0");
        Assert.Equal(1, result.Status);
        Assert.Contains("mount error: invalid device node: /dev/nvidia0", result.Errors, StringComparison.Ordinal);
        root.Delete();
    }

    [Theory]
    [Requirement("CL-78", "CL-81")]
    [InlineData("csv-mounts=all")]
    [InlineData("base-only")]
    public void What_an_image_demands_of_a_Tegra_system_is_no_condition_there(string requirement)
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        string options = $"--no-cgroups --ldconfig=@/sbin/ldconfig --require={requirement}";
        Assert.Contains("requirement error: invalid expression", ConfigureUse.Run(Host, root, "", options: options).Errors, StringComparison.Ordinal);
        ConfigureUse.Run(Host, root, "", before: "touch /etc/nv_tegra_release", after: "rm /etc/nv_tegra_release", options: options).Succeeded();
        root.Delete();
    }

    // The cache is written after all mounts were made. Its links, from a soname to a file that is there no more, are ignored by every loader and may stay.
    [Theory]
    [Requirement("CL-101")]
    [MemberData(nameof(Kernels))]
    public void A_failure_in_the_last_step_leaves_nothing(string kernel)
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        root.MakeFolder("etc/ld.so.cache/inner");
        string[] Tree() => [.. Directory.EnumerateFiles(root.At("usr"), "*", SearchOption.AllDirectories)
            .Where(static path => new FileInfo(path).LinkTarget is null).Order(StringComparer.Ordinal)];
        string[] before = Tree();
        CommandResult result = ConfigureUse.Run(Host, root, kernel);
        Assert.Equal(1, result.Status);
        Assert.Contains("nvidia-container-cli: ldcache error: ", result.Errors, StringComparison.Ordinal);
        // The driver's folder and /proc were there before.
        Assert.Equal("2\n", result.Output);
        Assert.Equal(before, Tree());
        root.Delete();
    }

    [Fact]
    [Requirement("CL-120")]
    public void The_rules_of_cgroups_version_1_let_read_and_write_but_not_make()
    {
        const string group = "/sys/fs/cgroup/devices/configure-$$";
        Assert.SkipUnless(Host.Shell("[ -d /sys/fs/cgroup/devices ]").Status == 0, "this machine has no devices controller of cgroups version 1");
        HookRoot root = ConfigureUse.Prepare(Host);
        CommandResult result = ConfigureUse.Run(
            Host, root, "",
            before: $"mkdir {group} && echo a >{group}/devices.deny && echo 'c 1:3 rwm' >{group}/devices.allow && echo $$ >{group}/cgroup.procs",
            after: $"cat {group}/devices.list; echo $$ >/sys/fs/cgroup/devices/cgroup.procs; rmdir {group}",
            options: "--ldconfig=@/sbin/ldconfig");
        string[] rules = [.. result.Succeeded().Output.Split('\n').Where(static line => line.StartsWith("c ", StringComparison.Ordinal))];
        Assert.Contains("c 195:0 rw", rules);
        Assert.Contains("c 195:255 rw", rules);
        Assert.DoesNotContain(rules, static rule => rule.StartsWith("c 195:1 ", StringComparison.Ordinal));
        Assert.Equal(["c 1:3 rwm"], rules.Where(static rule => rule.Contains('m', StringComparison.Ordinal)));
        root.Delete();
    }

    // Only for those who set features.allow-ldconfig-from-container.
    [Fact]
    [Requirement("CL-131", "CL-132", "CL-134")]
    public void A_program_of_the_image_sees_no_host_and_reaches_nobody()
    {
        fixture.PrepareCanary();
        HookRoot root = ConfigureUse.Prepare(Host);
        root.MakeFolder("sbin");
        ProgramFile.Install(NativeTool.Compile(Confined, "confined", "-O2", "-static"), root.At("sbin/other"));
        ConfigureUse.Run(Host, root, "", options: "--no-cgroups --ldconfig=/sbin/other").Succeeded();
        Assert.Contains("secret hidden, socket refused", File.ReadAllText(Host.At(root.Bundle + "/debug")), StringComparison.Ordinal);
        fixture.AssertUntouched();
        root.Delete();
    }
}
