using System.Diagnostics;

namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>The child that asks the driver's library: its root, account and rights, seen while the library, which does not answer, is loaded in it.</summary>
public sealed class DriverAccountTests
{
    [Theory]
    [Requirement("CL-8", "CL-18", "CL-19", "CL-145", "CL-146")]
    [InlineData("", "65534", "65534", "65534")]
    [InlineData("--user=1234:4321", "1234", "4321", "4321")]
    [InlineData("--user", "0", "0", "0 5")]
    public void The_drivers_library_is_loaded_without_any_right(string option, string user, string group, string groups)
    {
        using var host = SimulatedHost.Start("nvml-hangs");
        Dictionary<string, string> status = Look(host, $"setpriv --groups 0,5 nvidia-container-cli {option} info", "/");
        Assert.Equal(string.Join('\t', user, user, user, user), status["Uid"]);
        Assert.Equal(string.Join('\t', group, group, group, group), status["Gid"]);
        Assert.Equal(groups, status["Groups"]);
        foreach (string set in (string[])["CapInh", "CapPrm", "CapEff", "CapAmb"])
            Assert.Equal("0000000000000000", status[set]);
        Assert.Equal("1", status["NoNewPrivs"]);
    }

    [Fact]
    [Requirement("CL-18")]
    public void Its_root_is_that_of_the_driver()
    {
        using var host = SimulatedHost.Start("nvml-hangs");
        host.Shell("mkdir /run/driver && mount --rbind / /run/driver").Succeeded();
        Look(host, "nvidia-container-cli --root=/run/driver info", "/run/driver");
    }

    [Fact]
    [Requirement("CL-8", "CL-53")]
    public void Whoever_is_not_root_asks_as_himself()
    {
        using var host = SimulatedHost.Start("nvml-hangs");
        Dictionary<string, string> status = Look(host, "setpriv --reuid 1000 --regid 1000 --clear-groups nvidia-container-cli info", "/");
        Assert.Equal("1000\t1000\t1000\t1000", status["Uid"]);
        Assert.Equal("1", status["NoNewPrivs"]);
    }

    // Where there is no account of that number, the one that there is keeps no right either.
    [Fact]
    [Requirement("CL-8")]
    public void In_a_namespace_without_nobody_the_caller_asks()
    {
        using var host = SimulatedHost.Start("nvml-hangs");
        Dictionary<string, string> status = Look(host, "unshare --user --map-root-user nvidia-container-cli info", "/");
        Assert.Equal("0000000000000000", status["CapPrm"]);
    }

    private static Dictionary<string, string> Look(SimulatedHost host, string command, string root)
    {
        using Process asking = host.Start("/bin/sh", "-c", $"{command} >/run/answer 2>&1");
        string result = host.Shell($$"""
            find_child() { child=; for p in /proc/[0-9]*; do
                [ "$(readlink $p/exe)" = /usr/bin/nvidia-ctk-cli ] && grep -q libnvidia-ml $p/maps 2>/dev/null && child=$p; done; [ "$child" ]; }
            {{SimulatedHost.Await("find_child", "cat /run/answer; exit 1")}}
            readlink $child/root; cat $child/status; kill -9 ${child#/proc/}
            """).Succeeded().Output;
        asking.WaitForExit();
        Assert.Contains("initialization error: driver rpc error: ", File.ReadAllText(host.At("/run/answer")), StringComparison.Ordinal);
        string[] lines = result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(root, lines[0]);
        return lines[1..].Select(static line => line.Split(':', 2)).ToDictionary(static pair => pair[0], static pair => pair[1].Trim());
    }
}
