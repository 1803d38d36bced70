using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>
/// Device rules under systemd itself: it runs as the first process of private namespaces in a simulated host, with groups of cgroups version 1 of its own, and
/// makes the container's group for runc.
/// </summary>
public sealed class SystemdReloadTests
{
    private const string Systemd = "/lib/systemd/systemd";

    // As runc gives each rule to systemd only where sysfs knows the device (1.1.3 to 1.1.6), sysfs is made to.
    private const string Boot = """
        set -e
        mount --make-rprivate /
        R=/run/lab; mkdir -p $R $R.layer; mount -t tmpfs lab $R.layer; mkdir $R.layer/up $R.layer/work
        mount -t overlay overlay -o lowerdir=/,upperdir=$R.layer/up,workdir=$R.layer/work $R
        mount -t proc proc $R/proc; mount --bind /proc/driver $R/proc/driver; mount --bind /proc/devices $R/proc/devices
        mount --rbind /sys $R/sys; umount -R $R/sys/fs/cgroup; mount -t tmpfs groups $R/sys/fs/cgroup
        mkdir $R/sys/fs/cgroup/systemd $R/sys/fs/cgroup/devices
        mount -t cgroup -o none,name=systemd systemd $R/sys/fs/cgroup/systemd
        mount -t cgroup -o devices devices $R/sys/fs/cgroup/devices
        mount -t tmpfs -o mode=755,dev dev $R/dev; cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/nvidia* $R/dev
        mkdir $R/dev/pts $R/dev/shm $R/dev/char; mount -t devpts -o newinstance,ptmxmode=666 devpts $R/dev/pts
        ln -s pts/ptmx $R/dev/ptmx; ln -s /proc/self/fd $R/dev/fd
        mount -t tmpfs known $R/sys/dev/char
        for n in 195:0 195:1 195:255 511:0 511:1; do mkdir $R/sys/dev/char/$n; ln -s ../null $R/dev/char/$n; done
        mount -t tmpfs -o mode=755 run $R/run; mount -t tmpfs tmp $R/tmp
        for folder in /run/e2e /run/kernel-driver; do mkdir $R$folder; mount --bind $folder $R$folder; done
        printf '[Unit]\nDescription=lab\nDefaultDependencies=no\n' >$R/etc/systemd/system/lab.target
        mkdir $R/old; cd $R; pivot_root . old; umount -l /old; cd /
        container=lab exec /lib/systemd/systemd --unit=lab.target --show-status=no
        """;

    [Fact]
    [Requirement("CG-4", "CG-9")]
    public void A_legacy_container_still_opens_its_GPU_after_a_daemon_reload()
    {
        Assert.SkipUnless(File.Exists(Systemd), "this machine has no " + Systemd);
        using var host = SimulatedHost.Start("h200x2");
        Assert.SkipUnless(host.Shell("[ -d /sys/fs/cgroup/devices ] && [ -d /sys/fs/cgroup/systemd ]").Status == 0, "no cgroups of version 1 on this machine");
        KernelDriver.Install(host);
        Container container = KernelDriver.Add(GpuLook.Prepare(host)).With("NVIDIA_VISIBLE_DEVICES=1");
        container.Specification["linux"]!["cgroupsPath"] = "system.slice:gpu:" + container.Id;
        foreach (string set in (string[])["bounding", "effective", "permitted"])
            container.Specification["process"]!["capabilities"]![set]!.AsArray().Add("CAP_MKNOD");
        container.Specification["process"]!["args"] = new JsonArray("/bin/sleep", "1000000");
        File.WriteAllText(host.At(container.Bundle + "/specification"), container.Specification.ToJsonString());
        File.WriteAllText(host.At("/run/boot"), Boot);
        string group = "gpu-systemd-" + container.Id;
        CommandResult result = host.Shell($$"""
            G=/sys/fs/cgroup; mkdir $G/systemd/{{group}} $G/devices/{{group}} || exit 90
            (echo $$ >/dev/null; exec sh -c 'echo $$ >'$G'/systemd/{{group}}/cgroup.procs; echo $$ >'$G'/devices/{{group}}/cgroup.procs
                exec unshare --fork --pid --mount --uts --ipc --cgroup bash /run/boot' >/run/console 2>&1 </dev/null) &
            find_first() { for p in /proc/[0-9]*; do
                [ "$(tr '\0' ' ' <$p/cmdline 2>/dev/null)" = "{{Systemd}} --unit=lab.target --show-status=no " ] && P=${p#/proc/} && return; done; false; }
            {{SimulatedHost.Await("find_first", "cat /run/console; exit 91")}}
            E="nsenter -t $P -m -p -u -i -C -r -w"
            {{SimulatedHost.Await("$E systemctl show -p Version >/dev/null 2>&1", "cat /run/console; exit 92")}}
            cd {{container.Bundle}}
            for choice in auto never; do
                cp specification config.json
                printf '[nvidia-container-runtime.modes.legacy]\ndevice-rules = "%s"\n' $choice >config.toml
                $E sh -c 'cd {{container.Bundle}}; export NVIDIA_CTK_CONFIG_FILE_PATH={{container.Bundle}}/config.toml
                    R="nvidia-container-runtime.legacy --systemd-cgroup --root /run/e2e/state"
                    $R create --bundle {{container.Bundle}} {{container.Id}} </dev/null >log 2>&1 && $R start {{container.Id}} || exit 1
                    $R exec {{container.Id}} {{GpuLook.Program}}; echo RELOAD
                    systemctl daemon-reload || exit 1
                    $R exec {{container.Id}} {{GpuLook.Program}}
                    $R delete -f {{container.Id}}' || { cat log; status=93; }
                echo NEXT
            done
            kill -9 $P; wait
            {{SimulatedHost.Await($"rmdir $(find $G/systemd/{group} $G/devices/{group} -depth -type d) 2>/dev/null", "exit 94")}}
            exit $status
            """);
        Assert.True(result.Status == 0, $"{result.Status}: {result.Output}{result.Errors}");
        string[] parts = result.Output.Split("NEXT\n");
        foreach (string look in parts[0].Split("RELOAD\n"))
            GpuLook.AssertGpus(look, true, 1);
        // Without the rules in the specification systemd takes the GPU away: the node is there, and the kernel refuses it.
        GpuLook.AssertGpus(parts[1].Split("RELOAD\n")[0], true, 1);
        Assert.Contains("can't open '/run/gpu1': Operation not permitted", parts[1].Split("RELOAD\n")[1], StringComparison.Ordinal);
    }
}
