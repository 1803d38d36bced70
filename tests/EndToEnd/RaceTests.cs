using System.Diagnostics;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>
/// A process in the container that swaps a directory of the image with a link to the host while a hook works: what checks of a path before its use cannot
/// withstand (CVE-2024-0132, CVE-2025-23359, CVE-2026-24260; guide to security, M1 and M2). With openat2, and without it.
/// </summary>
public sealed class RaceTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private const int Runs = 150;

    public static TheoryData<string, string, bool> Cases()
    {
        var cases = new TheoryData<string, string, bool>();
        foreach (bool hasOpenat2 in (bool[])[true, false])
        {
            cases.Add("create-symlinks", "usr/lib/swapped", hasOpenat2);
            cases.Add("update-ldcache", "etc", hasOpenat2);
            cases.Add("update-ldcache", "etc/ld.so.conf.d", hasOpenat2);
            cases.Add("enable-cuda-compat", "usr/local/cuda", hasOpenat2);
            cases.Add("chmod", "usr/lib/swapped", hasOpenat2);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void CVE_2026_24260_a_swapped_directory_leads_no_hook_out_of_the_container(string hook, string folder, bool hasOpenat2)
    {
        Container container = fixture.Prepare();
        SimulatedHost host = fixture.Host;
        string root = container.Rootfs;
        host.Shell($"""
            set -e
            mkdir -p {root}/{folder}/deep {root}/usr/local/cuda/compat
            echo text >{root}/{folder}/deep/file
            echo text >{root}/usr/local/cuda/compat/libcuda.so.999.1
            ln -s {CanaryHost.Canary} {root}/swap
            """).Succeeded();
        string arguments = hook switch
        {
            "create-symlinks" => $"--link secret::/{folder}/made --link ../x::/{folder}/deep/made",
            "update-ldcache" => "--folder /usr/lib",
            "enable-cuda-compat" => "--host-driver-version=570.133.20",
            _ => $"--mode 700 --path /{folder} --path /{folder}/secret",
        };
        string wrapper = hasOpenat2 ? "" : NativeTool.Path("without-openat2");
        using Process attacker = host.Start(NativeTool.Path("exchange"), $"{root}/{folder}", root + "/swap");
        try
        {
            // A run may fail, because what it sees makes no sense at times; it may not reach the host.
            string succeeded = host.Shell($$"""
                state='{"ociVersion":"1.0.2","id":"c","pid":1,"status":"creating","bundle":"{{container.Bundle}}"}' n=0
                for i in $(seq {{Runs}}); do echo "$state" | {{wrapper}} nvidia-cdi-hook {{hook}} {{arguments}} >/dev/null 2>&1 && n=$((n + 1)); done
                echo $n
                """).Succeeded().Output.Trim();
            Assert.NotEqual("0", succeeded);
            Assert.False(attacker.HasExited, "the attacker gave up");
        }
        finally
        {
            attacker.Kill(entireProcessTree: true);
        }
        fixture.AssertUntouched();
    }

    // The race is worth something only if a careless program loses it.
    [Fact]
    public void A_careless_program_does_lose_the_race()
    {
        Container container = fixture.Prepare();
        string root = container.Rootfs;
        fixture.Host.Shell($"mkdir -p {root}/usr/lib/swapped && ln -s {CanaryHost.Canary} {root}/swap").Succeeded();
        using Process attacker = fixture.Host.Start(NativeTool.Path("exchange"), root + "/usr/lib/swapped", root + "/swap");
        // How often it loses is up to the scheduler: it tries until it has lost once, a hundred thousand times at most.
        fixture.Host.Shell($"""
            for i in $(seq 100000); do
                [ -L {root}/usr/lib/swapped ] || touch {root}/usr/lib/swapped/made$i
                [ -e {CanaryHost.Canary}/made$i ] && break
            done
            """).Succeeded();
        attacker.Kill(entireProcessTree: true);
        Assert.Contains("made", fixture.Host.Shell("ls " + CanaryHost.Canary).Succeeded().Output, StringComparison.Ordinal);
    }

    // The whole way of a container on a kernel without openat2.
    [Fact]
    public void A_container_starts_without_openat2()
    {
        Container container = fixture.Prepare();
        container.Runtime = NativeTool.Path("without-openat2") + " nvidia-container-runtime";
        ContainerResult result = container.Run("probe libcuda.so.1; ls /dev").Succeeded();
        Assert.Contains("libcuda.so.1: loaded", result.Output, StringComparison.Ordinal);
        Assert.Contains("nvidia0", result.Lines);
    }

    // Rule 2 of the design: there is nothing to run, and so nothing to overwrite (CVE-2024-0135).
    [Theory]
    [InlineData("update-ldcache --folder /usr/lib")]
    [InlineData("create-symlinks --link a::/usr/lib/b")]
    [InlineData("enable-cuda-compat --host-driver-version=570.133.20")]
    [InlineData("disable-device-node-modification")]
    [InlineData("update-application-profile")]
    public void CVE_2024_0135_a_hook_executes_no_program(string arguments)
    {
        _ = Repository.MachineProgram("strace");
        Container container = fixture.Prepare();
        CommandResult result = fixture.Host.Shell($$"""
            echo '{"ociVersion":"1.0.2","id":"c","pid":1,"status":"creating","bundle":"{{container.Bundle}}"}' |
                unshare -m strace -f -qq -e trace=execve,execveat -o /run/trace nvidia-cdi-hook {{arguments}} >&2
            cat /run/trace
            """);
        Assert.SkipWhen(result.Output.Length == 0, "strace may not trace here: " + result.Errors);
        Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), static l => l.Contains("exec", StringComparison.Ordinal));
    }
}
