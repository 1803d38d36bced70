namespace GpuContainers.Packaging.Tests;

/// <summary>The units of the package under a systemd that runs, on machines whose GPUs and drivers change.</summary>
[Trait("Kind", "slow")]
[Requirement("IN-110", "IN-111", "IN-113", "IN-114", "IN-118")]
public sealed class UnitTests(Packages packages)
{
    private const string Settings = "/etc/nvidia-container-toolkit/nvidia-cdi-refresh.env";

    // What the module says of itself, in the place of what the simulator put there.
    private const string Version = "/proc/driver/nvidia/version";

    // The rule is asked for a device that every kernel has, since no module of this name can be loaded.
    private const string AskTheRule = """

        rule=99-nvidia-cdi-refresh.rules
        sed 's/"module"/"mem"/; s/"nvidia|nvidia_current"/"null"/' /lib/udev/rules.d/$rule >/etc/udev/rules.d/$rule
        udevadm test --action=add /sys/class/mem/null 2>/dev/null
        """;

    private const string Unload = "mkdir /run/empty; mount --bind /run/empty /proc/driver/nvidia";

    [Fact]
    public void At_boot_and_after_updates_the_service_runs_and_writes_only_what_has_changed()
    {
        using SystemdHost host = SystemdHost.Start("h200x2", packages.Deb);
        Assert.Equal("", host.Shell($"wait_idle; systemd-analyze verify --man=no {SystemdHost.Service} {SystemdHost.PathUnit} 2>&1").Output);
        Assert.Equal("current", host.State);
        Assert.Equal(host.Shell("nvidia-ctk --quiet cdi generate").Output, host.Text);
        string first = host.Identity;
        host.Shell($$"""
            starts "systemctl start {{SystemdHost.Service}}"
            starts "renew $modules/modules.dep"
            starts "renew $modules/modules.dep.bin"
            starts "renew /usr/bin/nvidia-container-runtime"
            starts "renew /usr/bin/nvidia-ctk-cli"
            starts "dpkg --install {{DebianMachine.Packages}}/{{Path.GetFileName(packages.Deb)}} >/dev/null"
            test "$(property Result {{SystemdHost.Service}})" = success
            """);
        Assert.Equal(first, host.Identity);
    }

    // The package of a driver replaces the libraries and lists its module; the module itself is loaded later, which udev tells.
    [Fact]
    [Requirement("IN-115")]
    public void A_driver_update_keeps_the_last_specification_until_the_new_module_is_loaded()
    {
        using SystemdHost host = SystemdHost.Start("h200x2", packages.Deb, $"echo NVIDIA_CTK_CDI_REFRESH_WAIT=0 >>{Settings}");
        host.Shell("wait_idle");
        string before = host.Text;
        host.Shell("""
            folder=$(dirname $(readlink -f $(ldconfig -p | awk '/libcuda.so.1 /{print $NF; exit}')))
            for library in "$folder"/lib*.so.570.133.20; do mv "$library" "${library%.570.133.20}.575.57.08"; done
            for link in "$folder"/lib*.so*; do
                case $(readlink "$link") in *.570.133.20) ln -sfn "$(readlink "$link" | sed s/570.133.20/575.57.08/)" "$link" ;; esac
            done
            ldconfig
            starts "renew $modules/modules.dep"
            """);
        Assert.Equal(("kept", before), (host.State, host.Text));
        Assert.Contains("575.57.08", host.Message, StringComparison.Ordinal);
        Assert.Contains("keeping /var/run/cdi/nvidia.yaml", host.Journal, StringComparison.Ordinal);
        string wanted = host.Shell($"""
            sed s/570.133.20/575.57.08/ {Version} >/run/version; mount --bind /run/version {Version}
            starts "systemctl start {SystemdHost.Service}"
            """ + AskTheRule).Output;
        Assert.Contains("SYSTEMD_WANTS=nvidia-cdi-refresh.service", wanted, StringComparison.Ordinal);
        Assert.Contains(":systemd:", wanted, StringComparison.Ordinal);
        Assert.Equal("current", host.State);
        Assert.Contains("libcuda.so.575.57.08", host.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("570.133.20", host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GPU_that_is_gone_and_changed_MIG_devices_are_followed()
    {
        using SystemdHost host = SystemdHost.Start("mig-two-gpus", packages.Deb);
        host.Shell($$"""
            wait_idle; mkdir /run/changed
            access=$(find /proc/driver/nvidia/capabilities -path '*gi*' -name access | sort | head -n 1)
            sed 's/\(DeviceFileMinor: \).*/\1999/' $access >/run/changed/access; mount --bind /run/changed/access $access
            starts "systemctl start {{SystemdHost.Service}}"
            """);
        Assert.Contains("DeviceFileMinor: 999", host.Journal, StringComparison.Ordinal);
        string before = host.Text;
        host.Shell($"""
            gpus=/proc/driver/nvidia/gpus; first=$(ls $gpus | head -n 1); mkdir -p /run/changed/gpus/$first
            cp $gpus/$first/information /run/changed/gpus/$first; mount --bind /run/changed/gpus $gpus; rm /dev/nvidia1
            starts "systemctl start {SystemdHost.Service}"
            """);
        Assert.Contains("devices that are no longer there: ", host.Journal, StringComparison.Ordinal);
        Assert.Contains("/dev/nvidia1\n", before, StringComparison.Ordinal);
        Assert.DoesNotContain("/dev/nvidia1\n", host.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-112")]
    public void A_driver_that_is_not_loaded_yet_fails_no_boot_and_is_waited_for()
    {
        using SystemdHost host = SystemdHost.Start("nvml-fails", packages.Deb, $"{Unload}; echo NVIDIA_CTK_CDI_REFRESH_WAIT=0 >>{Settings}");
        host.Shell($"""
            {SimulatedHost.Await("systemctl --quiet is-active multi-user.target", "exit 9")}
            wait_idle; test "$(property Result {SystemdHost.Service})" = success; test ! -e {SystemdHost.Specification}
            """);
        Assert.Equal("absent", host.State);
        Assert.NotEqual("", host.Message);
        host.Shell($$"""
            echo NVIDIA_CTK_CDI_REFRESH_WAIT=86400 >>{{Settings}}
            wait_loading() { {{SimulatedHost.Await($"[ \"$(property SubState {SystemdHost.Service})\" = start ]", "exit 9")}}; }
            starts "systemctl --no-block start {{SystemdHost.Service}}; wait_loading; umount /proc/driver/nvidia"
            """);
        Assert.Equal("current", host.State);
        Assert.Contains("/dev/nvidia1\n", host.Text, StringComparison.Ordinal);
    }

    // The specification is root's own, and the service may neither pass over modes nor own files of others.
    [Fact]
    [Requirement("IN-112", "IN-116")]
    public void It_writes_where_it_is_told_with_the_few_rights_it_has_and_fails_where_it_cannot()
    {
        using SystemdHost host = SystemdHost.Start("h200x2", packages.Deb, $"""
            echo NVIDIA_CTK_CDI_OUTPUT_FILE_PATH=/srv/cdi/gpus.yaml >>{Settings}
            sed -i 's|^ExecStart=|ExecStartPre=/bin/sh -c "grep CapBnd /proc/self/status; tty; echo HOME=$$HOME"\n&|' /lib/systemd/system/{SystemdHost.Service}
            """);
        host.Shell("wait_idle; test -s /srv/cdi/gpus.yaml; test ! -e /run/cdi/nvidia.yaml");
        Assert.Contains("CapBnd:\t0000000008210000\nnot a tty\nHOME=\n", host.Journal, StringComparison.Ordinal);
        host.Shell($"chmod 0444 /srv/cdi/gpus.yaml; rm /usr/bin/nvidia-debugdump; starts 'systemctl start {SystemdHost.Service}'");
        Assert.DoesNotContain("nvidia-debugdump", host.Shell("cat /srv/cdi/gpus.yaml").Output, StringComparison.Ordinal);
        host.Shell($"chown daemon /srv/cdi; rm /srv/cdi/gpus.yaml; starts '! systemctl start {SystemdHost.Service}'");
        Assert.Contains("permission denied", host.Journal, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Fifty_refreshes_at_once_leave_one_good_file()
    {
        using SystemdHost host = SystemdHost.Start("h200x2", packages.Deb);
        host.Shell($$"""
            wait_idle; rm /run/cdi/nvidia.yaml
            for n in $(seq 25); do
                systemctl start {{SystemdHost.Service}} & all="$all $!"
                nvidia-ctk cdi refresh --strict 2>/dev/null & all="$all $!"
            done
            for one in $all; do wait $one; done
            wait_idle; test "$(ls -A /run/cdi | tr '\n' ' ')" = "nvidia.yaml nvidia.yaml.status "
            nvidia-ctk --quiet cdi generate | cmp - /run/cdi/nvidia.yaml
            """);
        Assert.Equal("current", host.State);
    }
}
