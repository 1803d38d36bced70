using System.Diagnostics;
using System.Text.Json;

namespace GpuContainers.Packaging.Tests;

/// <summary>
/// A clean Debian on a simulated GPU host, booted: systemd is the first process of namespaces of its own (processes, mounts, network, IPC, names, control
/// groups), the package is installed. Nothing of it is left when it ends.
/// </summary>
internal sealed class SystemdHost : IDisposable
{
    internal const string Specification = "/run/cdi/nvidia.yaml";
    internal const string Service = "nvidia-cdi-refresh.service";
    internal const string PathUnit = "nvidia-cdi-refresh.path";

    private const string Groups = "/sys/fs/cgroup", NamedGroups = Groups + "/systemd";

    // The processes outlive their first one by the time the kernel needs to end them.
    private static readonly TimeSpan s_end = TimeSpan.FromMinutes(2);

    // A kernel package brings both files, as kmod writes them. Where only the second is missing, systemd loses changes of the first.
    private const string Prepare = """
        modules=/lib/modules/$(uname -r); mkdir -p $modules
        echo kernel/drivers/video/nvidia.ko: >$modules/modules.dep; cp $modules/modules.dep $modules/modules.dep.bin
        for unit in docker.service docker.socket containerd.service systemd-udev-trigger.service; do ln -sfn /dev/null /etc/systemd/system/$unit; done
        : >/etc/machine-id
        export DEBIAN_FRONTEND=noninteractive LC_ALL=C
        apt-get install -y --no-install-recommends -o APT::Sandbox::User=root $1 >/dev/null
        """;

    // What the simulator shows in /proc is shown in that of the new namespace too. Settings of the kernel are this machine's: nobody changes them.
    private const string Boot = """
        mkdir -p $1; echo $$ >$1/cgroup.procs
        exec unshare --fork --pid --mount --uts --ipc --net --cgroup /bin/sh -ec '
            read process rest </proc/self/stat
            mount -t proc proc /mnt; last=/none
            for place in $(awk "\$5 ~ \"^/proc/\" { print \$5 }" /proc/self/mountinfo | sort -u); do
                case $place in $last/*) continue ;; esac
                mount --rbind $place /mnt/${place#/proc/}; last=$place
            done
            mount --bind /mnt/sys /mnt/sys; mount -o remount,bind,ro /mnt/sys; mount --move /mnt /proc
            if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
                mount -t cgroup2 cgroup2 /sys/fs/cgroup
            else
                mount -t tmpfs -o mode=755 groups /sys/fs/cgroup; mkdir /sys/fs/cgroup/systemd
                mount -t cgroup -o none,name=systemd systemd /sys/fs/cgroup/systemd
            fi
            echo $process >/run/first-process
            mount -t tmpfs -o mode=755 run /run; mount -t tmpfs -o mode=1777 tmp /tmp
            export container=gpu-containers-test
            exec /lib/systemd/systemd --unit=multi-user.target --show-status=no'
        """;

    // What the scripts of the tests have: "starts COMMAND" ends when the command has made the service run, and that is over. While the service runs the path
    // unit sees nothing; the next change is made when it looks again.
    private static readonly string s_words = $$"""
        export DEBIAN_FRONTEND=noninteractive LC_ALL=C
        modules=/lib/modules/$(uname -r)
        property() { systemctl show --property "$1" --value "$2"; }
        idle() { case $(property ActiveState {{Service}}) in inactive | failed) [ "$(property SubState {{PathUnit}})" = waiting ] ;; *) false ;; esac; }
        wait_idle() { {{SimulatedHost.Await("idle", "echo the units do not come to rest >&2; exit 9")}}; }
        starts() {
            wait_idle; before=$(property InvocationID {{Service}})
            eval "$1"
            {{SimulatedHost.Await($"[ \"$(property InvocationID {Service})\" != \"$before\" ]", "echo \"does not start the service: $1\" >&2; exit 9")}}
            wait_idle
        }
        renew() { cp $1 $1.new; mv $1.new $1; }

        """;

    private readonly SimulatedHost _host;
    private readonly string _group;
    private readonly string _process;

    private SystemdHost(SimulatedHost host, string group, string process) => (_host, _group, _process) = (host, group, process);

    /// <summary>Boots one and waits until systemd answers.</summary>
    /// <param name="name">The name of a simulated host.</param>
    /// <param name="package">The deb package that it has.</param>
    /// <param name="before">What /bin/sh does before, with the package installed.</param>
    internal static SystemdHost Start(string name, string package, string before = "")
    {
        bool isUnified = File.Exists(Groups + "/cgroup.controllers");
        Assert.SkipUnless(isUnified || Directory.Exists(NamedGroups), "this machine has no control groups for a systemd: mount the hierarchy name=systemd");
        string group = $"{(isUnified ? Groups : NamedGroups)}/gpu-containers-{Guid.NewGuid():N}";
        SimulatedHost host = DebianMachine.Start(name, Path.GetDirectoryName(package)!);
        try
        {
            host.Run("/bin/sh", "-ec", Prepare + "\n" + before, "sh", $"{DebianMachine.Packages}/{Path.GetFileName(package)}").Succeeded();
            using Process boot = host.Start("/bin/sh", "-ec", $"exec </dev/null >/run/console 2>&1\n{Boot}", "sh", group);
            string process = host.Shell(SimulatedHost.Await("test -s /run/first-process", "cat /run/console >&2; exit 9") + "; cat /run/first-process")
                .Succeeded().Output.Trim();
            var booted = new SystemdHost(host, group, process);
            booted.Shell(SimulatedHost.Await("systemctl is-system-running 2>/dev/null | grep -qE 'starting|running|degraded'", "exit 9"));
            return booted;
        }
        catch
        {
            End(host, group);
            throw;
        }
    }

    /// <summary>What the last refresh said of the specification.</summary>
    internal string State => Status.GetProperty("state").GetString()!;

    /// <summary>Why it is not current.</summary>
    internal string Message => Status.GetProperty("message").GetString()!;

    private JsonElement Status => JsonDocument.Parse(Shell($"cat {Specification}.status").Output).RootElement;

    /// <summary>The specification.</summary>
    internal string Text => Shell($"cat {Specification}").Output;

    /// <summary>Which file it is, and since when.</summary>
    internal string Identity => Shell($"stat -c '%i %y' {Specification}").Output;

    /// <summary>Runs a script beside systemd, which must end well.</summary>
    internal CommandResult Shell(string script)
    {
        CommandResult result = _host.Run("nsenter", "--target", _process, "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd",
            "/bin/sh", "-ec", s_words + script);
        Assert.True(result.Status == 0, $"status {result.Status}\n{result.Output}{result.Errors}");
        return result;
    }

    /// <summary>The journal of the service.</summary>
    internal string Journal => Shell($"journalctl --no-pager --output cat --unit {Service}").Output;

    public void Dispose() => End(_host, _group);

    private static void End(SimulatedHost host, string group)
    {
        host.Dispose();
        if (!Directory.Exists(group))
            return;
        string removal = SimulatedHost.Await(
            $"find {group} -depth -type d -exec rmdir {{}} + 2>/dev/null; ! test -e {group}", $"cat {group}/cgroup.procs >&2; exit 9");
        Command.Run("/bin/sh", ["-c", removal], [], limit: s_end).Succeeded();
    }
}
