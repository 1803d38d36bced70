namespace GpuContainers.Ctk.Tests.Cdi;

/// <summary>A specification that is written when the host has changed, and only then.</summary>
[Requirement("IN-117")]
public sealed class CdiRefreshTests
{
    // What a driver's kernel module says of itself, shown in place of what the simulator put there.
    private const string Version = "/proc/driver/nvidia/version";

    [Fact]
    public void An_unchanged_host_is_not_written_again()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        Assert.Contains("wrote " + RefreshHost.Specification, host.Refresh().Succeeded().Errors, StringComparison.Ordinal);
        Assert.Equal(host.Shell("nvidia-ctk --quiet cdi generate").Succeeded().Output, host.Text);
        Assert.Equal("current", host.State);
        string before = host.Identity;
        Assert.Contains("nothing to do", host.Refresh("--strict").Succeeded().Errors, StringComparison.Ordinal);
        Assert.Equal(before, host.Identity);
    }

    [Fact]
    public void Options_and_a_lost_or_changed_file_are_changes()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        host.Refresh().Succeeded();
        string whole = host.Text;
        host.Shell($"rm {RefreshHost.Specification}").Succeeded();
        host.Refresh().Succeeded();
        Assert.Equal(whole, host.Text);
        Assert.Contains("options: ", host.Refresh("--device-id=1").Succeeded().Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("/dev/nvidia0", host.Text, StringComparison.Ordinal);
    }

    // A package that touches a folder of libraries changes the host, and nothing that a container sees.
    [Fact]
    public void A_change_that_a_container_does_not_see_is_not_written()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        host.Refresh().Succeeded();
        string before = host.Shell($"stat -c '%i %y' {RefreshHost.Specification}").Output;
        host.Shell("touch $(dirname $(readlink -f $(ldconfig -p | awk '/libcuda.so.1 /{print $NF; exit}')))/libother.so.3").Succeeded();
        Assert.Contains("stays as it is", host.Refresh().Succeeded().Errors, StringComparison.Ordinal);
        Assert.Equal(before, host.Shell($"stat -c '%i %y' {RefreshHost.Specification}").Output);
        Assert.Contains("nothing to do", host.Refresh().Succeeded().Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_is_added_is_seen()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        host.Refresh().Succeeded();
        host.Shell("""
            library=$(readlink -f $(ldconfig -p | awk '/libcuda.so.1 /{print $NF; exit}'))
            cp "$library" "$(dirname "$library")/libnvidia-extra.so.${library##*.so.}"
            """).Succeeded();
        host.Refresh().Succeeded();
        Assert.Contains("libnvidia-extra.so", host.Text, StringComparison.Ordinal);
    }

    // First the libraries are replaced, which fits no module; after a reload of the module they fit.
    [Fact]
    [Requirement("IN-118")]
    public void A_driver_update_keeps_the_last_specification_until_module_and_libraries_fit()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        host.Refresh().Succeeded();
        string before = host.Text;
        host.Shell("""
            folder=$(dirname $(readlink -f $(ldconfig -p | awk '/libcuda.so.1 /{print $NF; exit}')))
            for library in "$folder"/lib*.so.570.133.20; do mv "$library" "${library%.570.133.20}.575.57.08"; done
            for link in "$folder"/lib*.so*; do
                case $(readlink "$link") in *.570.133.20) ln -sfn "$(readlink "$link" | sed s/570.133.20/575.57.08/)" "$link" ;; esac
            done
            ldconfig
            """).Succeeded();
        CommandResult refused = host.Refresh().Succeeded();
        Assert.Contains("Driver/library version mismatch", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(("kept", before), (host.State, host.Text));
        Assert.Contains("575.57.08", host.Message, StringComparison.Ordinal);
        Assert.Equal(1, host.Refresh("--strict").Status);
        host.Shell($"sed s/570.133.20/575.57.08/ {Version} > /srv/refresh/version && mount --bind /srv/refresh/version {Version}").Succeeded();
        Assert.Contains("wrote ", host.Refresh("--strict").Succeeded().Errors, StringComparison.Ordinal);
        Assert.Contains("libcuda.so.575.57.08", host.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("570.133.20", host.Text, StringComparison.Ordinal);
        Assert.Equal("current", host.State);
    }

    [Fact]
    public void A_GPU_that_is_gone_is_taken_out_and_named()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        host.Refresh().Succeeded();
        host.Shell("""
            gpus=/proc/driver/nvidia/gpus; first=$(ls $gpus | head -n 1); mkdir -p /srv/refresh/gpus/$first
            cp $gpus/$first/information /srv/refresh/gpus/$first/ && mount --bind /srv/refresh/gpus $gpus && rm /dev/nvidia1
            """).Succeeded();
        Assert.Contains("no longer there: 1, GPU-", host.Refresh().Succeeded().Errors, StringComparison.Ordinal);
        Assert.Contains("/dev/nvidia0", host.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/dev/nvidia1", host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_MIG_devices_is_seen()
    {
        using RefreshHost host = RefreshHost.Start("a100-mig");
        host.Refresh().Succeeded();
        Assert.Contains("nothing to do", host.Refresh().Succeeded().Errors, StringComparison.Ordinal);
        // The module shows another number for the device node of the first instance, as it does after all instances were made anew.
        host.Shell("""
            access=$(find /proc/driver/nvidia/capabilities -path '*gi*' -name access | sort | head -n 1)
            sed 's/\(DeviceFileMinor: \).*/\1999/' $access > /srv/refresh/access && mount --bind /srv/refresh/access $access
            """).Succeeded();
        Assert.Contains("DeviceFileMinor: 999", host.Refresh().Succeeded().Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-118")]
    public void Without_a_driver_there_is_no_specification_and_no_failure()
    {
        using RefreshHost host = RefreshHost.Start("bare");
        Assert.Contains("there is no " + RefreshHost.Specification, host.Refresh().Succeeded().Errors, StringComparison.Ordinal);
        Assert.Equal("absent", host.State);
        Assert.NotEqual("", host.Message);
        Assert.Equal(1, host.Refresh("--strict").Status);
        Assert.NotEqual(0, host.Shell($"test -e {RefreshHost.Specification}").Status);
    }

    // The module appears while the call waits; the wait ends with it and not with its time.
    [Fact]
    [Requirement("IN-118")]
    public void A_driver_that_is_still_loading_is_waited_for()
    {
        // Its library says that there is no driver, and the kernel does not show one yet.
        using RefreshHost host = RefreshHost.Start("nvml-fails");
        host.Shell("mkdir /srv/refresh/empty && mount --bind /srv/refresh/empty /proc/driver/nvidia").Succeeded();
        host.Shell("nvidia-ctk cdi refresh --output " + RefreshHost.Specification + " --wait=86400 --strict & refresh=$!\ntrap 'kill $refresh' EXIT\n"
            + SimulatedHost.Await($"test -e {RefreshHost.Specification}.status", "exit 9")
            + $"\ngrep -q absent {RefreshHost.Specification}.status && umount /proc/driver/nvidia && wait $refresh || exit 8; trap - EXIT").Succeeded();
        Assert.Equal("current", host.State);
        Assert.Contains("/dev/nvidia1", host.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-118")]
    public void Of_fifty_at_once_one_writes()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        string said = host.Shell($"""
            for n in $(seq 50); do nvidia-ctk cdi refresh --strict --output {RefreshHost.Specification} 2>&1 & pids="$pids $!"; done
            for pid in $pids; do wait $pid || echo failed; done
            """).Succeeded().Output;
        Assert.Equal(1, said.Split("wrote ").Length - 1);
        Assert.Equal(49, said.Split("nothing to do").Length - 1);
        Assert.DoesNotContain("failed", said, StringComparison.Ordinal);
        Assert.Equal("nvidia.yaml\nnvidia.yaml.status\n", host.Shell("ls -A /srv/refresh").Output);
    }

    [Fact]
    [Requirement("IN-118")]
    public void A_file_that_cannot_be_written_is_a_failure()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        host.Shell("mount -o remount,ro /srv/refresh").Succeeded();
        CommandResult result = host.Refresh();
        Assert.Equal(1, result.Status);
        Assert.Contains("read-only file system", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--wait=soon", "invalid --wait: soon")]
    [InlineData("--interval=-1", "invalid --interval: -1")]
    [InlineData("--output=", "a refresh needs a file")]
    public void Values_that_make_no_sense_are_refused(string option, string message)
    {
        CommandResult result = CtkCli.Run("cdi", "refresh", option);
        Assert.Equal(1, result.Status);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
    }

    // A mount in /proc tells nobody. The event comes from the kernel, which was asked to tell of a device of its own, with a word of NVIDIA in it.
    [Fact]
    [Requirement("IN-119")]
    public void A_watch_follows_events_of_the_kernel()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        const string send = "echo 'change 7b1e0a52-6c1f-4c43-9c55-0f6a3c1d2e4b DRIVER=nvidia' >/sys/class/mem/null/uevent";
        Assert.SkipUnless(host.Shell(send).Status == 0, "the kernel lets nobody ask it for an event here");
        host.Shell("nvidia-ctk cdi refresh --watch --interval=86400 --output " + RefreshHost.Specification + " & watch=$!\ntrap 'kill $watch' EXIT\n"
            + SimulatedHost.Await($"grep -qs current {RefreshHost.Specification}.status", "exit 8")
            + $"\nsed s/570.133.20/550.54.15/ {Version} > /run/version; mount --bind /run/version {Version}\n"
            // The watch may begin after the first event.
            + SimulatedHost.Await($"{send}; sleep 1; grep -qs kept {RefreshHost.Specification}.status", "exit 9")).Succeeded(); // poll
    }

    // Neither systemd nor udev: the kernel's own words and those of its folders. The interval is longer than the test may take.
    [Fact]
    [Requirement("IN-119")]
    public void A_watch_follows_changes_of_files()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        host.Shell("nvidia-ctk cdi refresh --watch --interval=86400 --output " + RefreshHost.Specification + " & watch=$!\ntrap 'kill $watch' EXIT\n"
            + SimulatedHost.Await($"grep -qs current {RefreshHost.Specification}.status", "exit 8")
            + """

            library=$(readlink -f $(ldconfig -p | awk '/libcuda.so.1 /{print $NF; exit}')); number=1
            """ + "\n"
            // The watch may begin after a first change, which it then has seen already or sees with the next.
            + SimulatedHost.Await(
                $"cp \"$library\" \"$(dirname \"$library\")/libnvidia-extra$number.so.570.133.20\"; number=$((number + 1)); sleep 1; " // poll
                    + $"grep -q libnvidia-extra {RefreshHost.Specification}", "exit 9")).Succeeded();
    }

    [Fact]
    [Requirement("IN-119")]
    public void A_watch_looks_by_itself_for_what_nobody_tells()
    {
        using RefreshHost host = RefreshHost.Start("h200x2");
        host.Shell("nvidia-ctk cdi refresh --watch --interval=0.2 --output " + RefreshHost.Specification + " & watch=$!\ntrap 'kill $watch' EXIT\n"
            + SimulatedHost.Await($"grep -qs current {RefreshHost.Specification}.status", "exit 8")
            + $"\nsed s/570.133.20/550.54.15/ {Version} > /srv/refresh/version; mount --bind /srv/refresh/version {Version}\n"
            + SimulatedHost.Await($"grep -qs kept {RefreshHost.Specification}.status", "exit 9")).Succeeded();
    }
}
