namespace GpuContainers.EndToEnd.Tests;

/// <summary>What disable-device-node-modification mounts, in a mount namespace of its own on a simulated host.</summary>
public sealed class ParametersMountTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private const string Parameters = "/proc/driver/nvidia/params";

    private SimulatedHost Host => fixture.Host;

    [Fact]
    [Requirement("HK-114", "HK-116")]
    public void The_file_is_covered_read_only_and_nothing_else_is_left()
    {
        HookRoot root = Prepare("ModifyDeviceFiles: 1\n");
        string expected = File.ReadAllText(Host.At(Parameters)).Replace("ModifyDeviceFiles: 1", "ModifyDeviceFiles: 0", StringComparison.Ordinal);
        string output = InNamespace(root,
            $"{Hook(root)}; cat $R{Parameters}; stat -c '%a %F' $R{Parameters}; grep $R /proc/self/mountinfo; ls $R; (echo x >$R{Parameters}) 2>&1").Output;
        Assert.StartsWith("status 0\n" + expected + "444 regular file\n", output, StringComparison.Ordinal);
        string mount = Assert.Single(output.Split('\n'), static l => l.Contains(" tmpfs ", StringComparison.Ordinal));
        foreach (string option in (string[])["ro", "nosuid", "nodev", "noexec"])
            Assert.Contains(option, mount.Split(' ')[5].Split(','));
        // No optional fields: a private mount.
        Assert.Equal("-", mount.Split(' ')[6]);
        Assert.Contains("\nproc\n/bin/sh:", output, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", output, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("HK-113")]
    [InlineData("A: 1\\r\\nModifyDeviceFiles: 1\\r\\nB: 2", "A: 1\nModifyDeviceFiles: 0\nB: 2\n")]
    [InlineData("ModifyDeviceFiles: 11\\n", "of the image\n")]
    [InlineData("ModifyDeviceFiles: 0\\n", "of the image\n")]
    [InlineData("", "of the image\n")]
    public void Texts_of_the_host(string host, string expected)
    {
        HookRoot root = Prepare("of the image\n");
        string output = InNamespace(root, $"printf '{host}' >$R/../params; mount --bind $R/../params {Parameters}; {Hook(root)}; cat $R{Parameters}").Output;
        Assert.Equal("status 0\n" + expected, output);
    }

    // Two specifications may name the hook; NVIDIA's toolkit stacks a second mount.
    [Fact]
    [Requirement("HK-118")]
    public void A_second_run_and_a_file_that_says_so_already_get_no_mount()
    {
        HookRoot root = Prepare("ModifyDeviceFiles: 1\n");
        Assert.Equal("status 0\nstatus 0\n1\n", InNamespace(root, $"{Hook(root)}; {Hook(root)}; grep -c $R /proc/self/mountinfo").Output);
        root = Prepare("x\nModifyDeviceFiles: 0\n");
        Assert.Equal("status 0\n0\n", InNamespace(root, $"{Hook(root)}; grep -c $R /proc/self/mountinfo").Output);
    }

    [Theory]
    [Requirement("HK-112", "HK-118")]
    [InlineData("rm -r $R/proc/driver", "status 0\n")]
    [InlineData("rm -r $R/proc/driver; touch $R/proc/driver", "status 0\n")]
    [InlineData("rm $R/proc/driver/nvidia/params; mkdir $R/proc/driver/nvidia/params", "status 1\n")]
    [InlineData("rm $R/proc/driver/nvidia/params; mkfifo $R/proc/driver/nvidia/params", "status 1\n")]
    [InlineData("umount /proc/driver/nvidia 2>/dev/null; mount -t tmpfs tmpfs /proc/driver", "status 0\n")]
    [InlineData("mkdir $R/../d; mount -t tmpfs tmpfs /proc/driver; mkdir -p /proc/driver/nvidia/params", "status 1\n")]
    public void Missing_files_are_nothing_to_do_and_other_things_an_error(string change, string expected)
    {
        HookRoot root = Prepare("ModifyDeviceFiles: 1\n");
        Assert.Equal(expected, InNamespace(root, $"{change}; {Hook(root)}").Output);
    }

    // Without a mount namespace of its own the hook is in that of the host's first process.
    [Fact]
    [Requirement("HK-39")]
    public void The_hosts_mount_namespace_is_refused()
    {
        HookRoot root = Prepare("ModifyDeviceFiles: 1\n");
        CommandResult result = root.Run(["disable-device-node-modification"]);
        Assert.Equal(1, result.Status);
        Assert.Contains("refusing to mount", result.Errors, StringComparison.Ordinal);
    }

    // Where the newer calls are refused.
    [Fact]
    [Requirement("HK-115", "HK-117")]
    public void Older_calls_cover_the_file_too_and_their_folder_is_gone()
    {
        HookRoot root = Prepare("ModifyDeviceFiles: 1\n");
        string refusing = NativeTool.Program("refusing");
        string output = InNamespace(
            root, $"{refusing} ENOSYS mounts,mount_setattr {Hook(root)}; cat $R{Parameters}; grep $R /proc/self/mountinfo; ls -A $R $R/run; (echo x " +
            $">$R{Parameters}) 2>&1").Output;
        Assert.Contains("ModifyDeviceFiles: 0\n", output, StringComparison.Ordinal);
        string mount = Assert.Single(output.Split('\n'), static l => l.Contains(" tmpfs ", StringComparison.Ordinal));
        Assert.Contains("ro", mount.Split(' ')[5].Split(','));
        Assert.DoesNotContain(".nvct-", output, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", output, StringComparison.Ordinal);
    }

    private static string Hook(HookRoot root) => $"nvidia-cdi-hook disable-device-node-modification <{root.StateFile} 2>$R/../errors; echo status $?";

    private HookRoot Prepare(string content)
    {
        var root = new HookRoot(Host);
        root.MakeFile(Parameters[1..], content);
        return root;
    }

    private CommandResult InNamespace(HookRoot root, string script) =>
        Host.Run("unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", $"R={root.Folder}\n{script}");
}
