using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>What hooks do to mount tables, and what is mounted.</summary>
public sealed class HookMountTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private const string Parameters = "/proc/driver/nvidia/params";

    // What engines give to containers by default.
    private static readonly string[] DefaultCapabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE",
            "CAP_NET_RAW",
        "CAP_SYS_CHROOT", "CAP_MKNOD", "CAP_AUDIT_WRITE", "CAP_SETFCAP",
    ];

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string, string, string> Hooks()
    {
        var hooks = new TheoryData<string, string, string>();
        foreach (HookUse use in HookUse.All)
        {
            hooks.Add(use.Hook, "", "");
            hooks.Add(use.Hook, "ENOSYS", "openat2,mounts,mount_setattr");
            hooks.Add(use.Hook, "EPERM", "openat2,mounts,mount_setattr");
        }
        return hooks;
    }

    // The one mount is the covered file, and neither a directory nor another mount stays.
    [Theory]
    [Requirement("SEC-4", "HK-116", "HK-117")]
    [MemberData(nameof(Hooks))]
    public void No_hook_changes_a_mount_table_but_for_the_one_covered_file(string hook, string refusal, string calls)
    {
        HookUse use = HookUse.Named(hook);
        HookRoot root = HookUse.Prepare(Host);
        root.MakeFolder("run");
        string command = string.Join(' ', [.. Refusals.Wrapper(refusal, calls), "nvidia-cdi-hook", .. use.Arguments]);
        string host = Mounts();
        string[] tables = Host.Shell($"""
            exec unshare --mount --propagation slave sh -c 'cat /proc/self/mountinfo; {command} <{root.StateFile} 2>/dev/null || exit 1; echo ======; cat /proc/self/mountinfo; echo ======; cat {root.Folder}{Parameters}'
            """).Succeeded().Output.Split("======\n");
        string[] added = [.. tables[1].Split('\n').Except(tables[0].Split('\n'))];
        if (use.Mounts)
        {
            string[] fields = Assert.Single(added).Split(' ');
            Assert.Equal(root.Folder + Parameters, fields[4]);
            Assert.Superset(new HashSet<string>(["ro", "nosuid", "nodev", "noexec"]), new HashSet<string>(fields[5].Split(',')));
            Assert.Contains("ModifyDeviceFiles: 0\n", tables[2], StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(added);
        }
        Assert.Equal(host, Mounts());
        Assert.Empty(Directory.GetFileSystemEntries(root.At("run")));
    }

    // As a hook of another kind it would be in the host's namespace, and so would its mount.
    [Fact]
    [Requirement("SEC-4", "HK-39")]
    public void Nothing_is_mounted_in_the_hosts_own_namespace()
    {
        HookRoot root = HookUse.Prepare(Host);
        string before = Mounts();
        CommandResult result = root.Run(["disable-device-node-modification"]);
        string after = Mounts();
        _ = Host.Run("umount", root.Folder + Parameters);
        Assert.Equal(before, after);
        Assert.Equal(1, result.Status);
    }

    // Whatever the propagation of the container's root is, nothing reaches the host.
    [Theory]
    [Requirement("SEC-4", "HK-119")]
    [InlineData("")]
    [InlineData("private")]
    [InlineData("slave")]
    [InlineData("shared")]
    [InlineData("rshared")]
    public void No_mount_of_a_hook_reaches_the_host_of_a_real_container(string propagation)
    {
        Container container = fixture.Prepare();
        if (propagation.Length > 0)
            container.Specification["linux"]!["rootfsPropagation"] = propagation;
        PretendDriver(container);
        Host.Shell("mount --make-rshared /").Succeeded();
        string before = Mounts();
        ContainerResult result = container.Run("cat " + Parameters).Succeeded();
        Assert.Contains("ModifyDeviceFiles: 0", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, Mounts());
        Host.Shell("mount --make-rprivate /").Succeeded();
    }

    [Theory]
    [Requirement("SEC-17")]
    [InlineData("", "")]
    [InlineData("ENOSYS", "mounts,mount_setattr")]
    public void Root_in_the_container_cannot_change_the_covered_file(string refusal, string calls)
    {
        Container container = fixture.Prepare();
        container.Runtime = string.Join(' ', [.. Refusals.Wrapper(refusal, calls), "nvidia-container-runtime"]);
        foreach (string set in (string[])["bounding", "effective", "permitted"])
            container.Specification["process"]!["capabilities"]![set] = new JsonArray([.. DefaultCapabilities.Select(static c => (JsonNode)c)]);
        PretendDriver(container);
        ContainerResult result = container.Run($"""
            f={Parameters}
            grep ModifyDeviceFiles $f
            echo 'ModifyDeviceFiles: 1' >$f && echo did write
            echo >>$f && echo did append
            echo 'ModifyDeviceFiles: 1' >/other && mv /other $f && echo did rename
            ln -f /other $f && echo did link
            rm -f $f && echo did remove
            chmod 666 $f && echo did chmod
            umount $f && echo did unmount
            mount -o remount,bind,rw $f && echo did remount
            grep ModifyDeviceFiles $f
            """).Succeeded();
        Assert.Equal(["ModifyDeviceFiles: 0", "ModifyDeviceFiles: 0"], result.Lines);
    }

    // CVE-2025-31133: nothing of the host or of the image is bound, so nothing can be put in the source's place; CVE-2025-52881: nothing is written to
    // procfs, so no write can be led elsewhere. What the image has in the target's place is covered within the image, or refused.
    [Theory]
    [InlineData(CanaryHost.Canary + "/params", false)]
    [InlineData("../../../../../../../../../.." + CanaryHost.Canary + "/params", false)]
    [InlineData("/proc/self/fd/0", false)]
    [InlineData("/proc/1/root" + CanaryHost.Canary + "/params", false)]
    [InlineData("/dev/zero", false)]
    [InlineData("/etc/ld.so.conf", true)]
    public void CVE_2025_31133_and_CVE_2025_52881_a_link_in_place_of_the_covered_file_stays_within_the_container(string target, bool isCovered)
    {
        fixture.PrepareCanary();
        HookRoot root = HookUse.Prepare(Host);
        Nodes.MakeDevice(root.At("dev/zero"));
        string[] tables = Host.Shell($"""
            exec unshare --mount sh -ec 'cd {root.Folder}; mount -t proc proc proc; mount -t tmpfs driver proc/driver; mkdir proc/driver/nvidia; ln -s {target} .{Parameters}; set +e; cat /proc/self/mountinfo; nvidia-cdi-hook disable-device-node-modification <{root.StateFile} 2>&1; echo ======; cat /proc/self/mountinfo'
            """).Succeeded().Output.Split("======\n");
        string[] added = [.. tables[1].Split('\n').Except(tables[0].Split('\n'))];
        Assert.Equal(isCovered ? 1 : 0, added.Length);
        Assert.All(added, m => Assert.Contains($" {root.Folder}/etc/ld.so.conf ", m, StringComparison.Ordinal));
        fixture.AssertUntouched();
    }

    // A hook of the container's own, before ours: what a driver shows in procfs, where this machine's kernel has none.
    private static void PretendDriver(Container container) => container.Specification["hooks"] = new JsonObject
    {
        ["createContainer"] = new JsonArray(new JsonObject
        {
            ["path"] = "/bin/sh",
            ["args"] = new JsonArray("sh", "-ec",
                $"cd {container.Rootfs}; mount -t tmpfs driver proc/driver; mkdir proc/driver/nvidia; cat {Parameters} >proc/driver/nvidia/params"),
            ["env"] = new JsonArray("PATH=/usr/bin:/bin"),
        }),
    };

    private string Mounts() => Host.Run("cat", "/proc/self/mountinfo").Succeeded().Output;
}
