using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>Limits of GPU memory with real runc, a private mount of cgroup v2, and the simulated driver, which writes down what it was told.</summary>
public sealed class MemoryLimitsTests
{
    private const string Limits = "/run/gpu-host-simulator/memory-limits";
    private const string FullGpu = "GPU-2f4d1a00-7c3e-4b6a-9d21-5e8f4a000000";

    [Theory]
    [InlineData("2147483648\t2147483648", "NVIDIA_GPU_MEMORY_LIMIT=2048")]
    [InlineData("1073741824\t2147483648", "NVIDIA_GPU_MEMORY_REQUEST=1024", "NVIDIA_GPU_MEMORY_LIMIT=2048")]
    [InlineData("1073741824\t18446744073709551615", "NVIDIA_GPU_MEMORY_REQUEST=1024")]
    [Requirement("HK-136", "HK-138", "HK-140", "HK-141")]
    public void The_driver_gets_the_bytes_for_the_cgroup_of_the_container(string bytes, params string[] variables)
    {
        using SimulatedHost host = WithCgroups("memory-limits");
        Container container = InCgroup(host, ["NVIDIA_VISIBLE_DEVICES=all", .. variables]);
        container.Run("true").Succeeded();
        // The second GPU is in MIG mode: its devices have a size instead of a limit.
        Assert.Equal([FullGpu], Directory.GetFiles(host.At(Limits)).Select(Path.GetFileName));
        Assert.Equal($"/sys/fs/cgroup/{container.Id}\t{bytes}\n", File.ReadAllText(host.At($"{Limits}/{FullGpu}")));
    }

    [Fact]
    [Requirement("HK-137", "HK-144")]
    public void Without_a_limit_there_is_no_hook_in_a_container_of_its_own_specification()
    {
        using SimulatedHost host = WithCgroups("memory-limits");
        ContainerResult result = InCgroup(host, "NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_GPU_MEMORY_LIMIT=").Run("true").Succeeded();
        Assert.Null(result.Specification["hooks"]!["createRuntime"]);
        Assert.False(Directory.Exists(host.At(Limits)));
    }

    // Specifications in files have the hook for whoever asks; it is one process, and starts none.
    [Theory]
    [InlineData(1, "PATH=/bin")]
    [InlineData(2, "NVIDIA_GPU_MEMORY_LIMIT=1")]
    [Requirement("HK-137", "HK-142")]
    public void The_hook_starts_a_process_only_if_there_is_a_limit(int processes, string variable)
    {
        using SimulatedHost host = WithCgroups("memory-limits");
        _ = Checkout.MachineProgram("strace");
        CommandResult result = RunHook(host, "gpu-e2e-strace", variable, "strace -f -qq -e trace=execve -o /run/trace");
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        result.Succeeded();
        string[] lines = [.. File.ReadLines(host.At("/run/trace")).Where(static line => line.Contains("execve(", StringComparison.Ordinal))];
        Assert.Equal(processes, lines.Length);
        // The child has nothing of this process's environment (HK-142).
        Assert.All(lines.Skip(1), static line => Assert.Contains("/usr/bin/nvidia-ctk-cli\", [", line, StringComparison.Ordinal));
        Assert.All(lines.Skip(1), static line => Assert.Contains("/* 0 vars */", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("h200x2", "0", "install driver 615 or later")]
    [InlineData("memory-limits", "1", "MIG devices cannot")]
    [InlineData("nvml-fails", "0", "the NVIDIA driver does not start")]
    [InlineData("nvml-crashes", "0", "crashed when it was asked")]
    [Requirement("HK-139", "HK-141", "HK-142")]
    public void A_driver_that_cannot_limit_memory_keeps_the_container_from_starting(string name, string gpu, string cure)
    {
        using SimulatedHost host = WithCgroups(name);
        ContainerResult result = InCgroup(host, "NVIDIA_VISIBLE_DEVICES=" + gpu, "NVIDIA_GPU_MEMORY_LIMIT=2048").Run("true");
        Assert.Equal(100, result.Status);
        Assert.Contains("cannot apply NVIDIA_GPU_MEMORY_LIMIT=2048: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains(cure, result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(host.At(Limits)));
    }

    [Theory]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT=2G", "is not a whole number of MiB")]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT=18446744073709551616", "is not a whole number of MiB")]
    [Requirement("HK-139")]
    public void A_wrong_value_keeps_the_container_from_starting(string variable, string reason)
    {
        using SimulatedHost host = WithCgroups("memory-limits");
        ContainerResult result = InCgroup(host, "NVIDIA_VISIBLE_DEVICES=0", variable).Run("true");
        Assert.Equal(100, result.Status);
        Assert.Contains($"{variable} {reason}", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HK-140")]
    public void On_a_host_with_both_versions_the_cgroup_is_found_where_version_2_is_mounted()
    {
        using SimulatedHost host = SimulatedHost.Start("memory-limits");
        Mount(host, "mount -t tmpfs none /sys/fs/cgroup && mkdir /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup/unified");
        RunHook(host, "unified/gpu-e2e-hybrid", "NVIDIA_GPU_MEMORY_LIMIT=1").Succeeded();
        Assert.StartsWith("/sys/fs/cgroup/unified/gpu-e2e-hybrid\t", File.ReadAllText(host.At($"{Limits}/{FullGpu}")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mount -t cgroup2 none /sys/fs/cgroup", ".", "which is not its own")]
    [InlineData("mount -t tmpfs none /sys/fs/cgroup", "", "this host has no cgroup v2")]
    [Requirement("HK-139", "HK-140")]
    public void Without_a_cgroup_of_its_own_nothing_is_limited(string mount, string cgroup, string reason)
    {
        using SimulatedHost host = SimulatedHost.Start("memory-limits");
        Mount(host, mount);
        CommandResult result = RunHook(host, cgroup, "NVIDIA_GPU_MEMORY_LIMIT=1");
        Assert.Equal(1, result.Status);
        Assert.Contains(reason, Assert.Single(result.Errors.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists(host.At(Limits)));
    }

    [Theory]
    [InlineData("chown 1 /usr/bin/nvidia-ctk-cli")]
    [InlineData("chmod o+w /usr/bin/nvidia-ctk-cli")]
    [Requirement("HK-142")]
    public void A_program_that_others_may_change_is_not_started(string change)
    {
        using SimulatedHost host = WithCgroups("memory-limits");
        host.Shell(change).Succeeded();
        CommandResult result = RunHook(host, "gpu-e2e-foreign", "NVIDIA_GPU_MEMORY_LIMIT=1");
        Assert.Equal(1, result.Status);
        Assert.Contains("must be a file that belongs to root", result.Errors, StringComparison.Ordinal);
    }

    private static SimulatedHost WithCgroups(string name)
    {
        SimulatedHost host = SimulatedHost.Start(name);
        Mount(host, "mount -t cgroup2 none /sys/fs/cgroup");
        return host;
    }

    // In the host's own mount namespace alone: the machine keeps what it has.
    private static void Mount(SimulatedHost host, string script)
    {
        CommandResult result = host.Shell(script);
        Assert.SkipWhen(result.Status != 0, "this machine lets nobody mount cgroup v2: " + result.Errors);
    }

    private static Container InCgroup(SimulatedHost host, params string[] variables)
    {
        Container container = new Container(host).With(variables);
        container.Specification["linux"]!["cgroupsPath"] = "/" + container.Id;
        return container;
    }

    // The hook as a low-level runtime runs it: the container's process waits in a mount namespace and a cgroup of its own.
    private static CommandResult RunHook(SimulatedHost host, string cgroup, string variable, string through = "")
    {
        Directory.CreateDirectory(host.At("/run/bundle"));
        var config = new JsonObject { ["process"] = new JsonObject { ["env"] = new JsonArray(variable) }, ["root"] = new JsonObject { ["path"] = "rootfs" } };
        File.WriteAllText(host.At("/run/bundle/config.json"), config.ToJsonString());
        string folder = "/sys/fs/cgroup/" + cgroup;
        return host.Shell($$"""
            unshare --mount sleep infinity >/dev/null 2>&1 & process=$!
            if [ -n "{{cgroup}}" ]; then mkdir -p {{folder}} && echo $process >{{folder}}/cgroup.procs || exit 99; fi
            until [ "$(readlink /proc/$process/ns/mnt)" != "$(readlink /proc/self/ns/mnt)" ]; do sleep 0.01; done # // poll
            echo "{\"pid\":$process,\"bundle\":\"/run/bundle\"}" | {{through}} nvidia-cdi-hook apply-cuda-memory-limits --driver-root "" --gpu-id {{FullGpu}}
            status=$?
            kill $process; wait $process 2>/dev/null
            if [ "{{cgroup}}" != . ] && [ -n "{{cgroup}}" ]; then rmdir {{folder}}; fi
            exit $status
            """);
    }
}
