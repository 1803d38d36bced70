namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>What nvidia-container-cli costs in system calls and processes, and what it leaves alone, seen by strace.</summary>
public sealed class ContainerCliTraceTests(TwoGpuHost fixture, ITestOutputHelper output) : IClassFixture<TwoGpuHost>
{
    private SimulatedHost Host => fixture.Host;

    // Opening a node wakes a sleeping GPU; asking the driver's library costs a process and its initialisation.
    [Theory]
    [Requirement("CL-18", "CL-128", "CL-146")]
    [InlineData("list", 450)]
    [InlineData("configure", 1500)]
    public void For_full_GPUs_no_node_is_opened_and_no_program_started(string command, int most)
    {
        string[] trace = Trace(command);
        Assert.Single(trace, static line => line.Contains(" execve(", StringComparison.Ordinal));
        Assert.DoesNotContain(trace, static line => line.Contains("fork(", StringComparison.Ordinal));
        Assert.All(trace.Where(static line => line.Contains(" clone", StringComparison.Ordinal)),
            static line => Assert.Contains("CLONE_THREAD", line, StringComparison.Ordinal));
        Assert.All(trace.Where(static line => line.Contains("open", StringComparison.Ordinal) && line.Contains("\"/dev/nvidia", StringComparison.Ordinal)),
            static line => Assert.Contains("O_PATH", line, StringComparison.Ordinal));
        Assert.DoesNotContain(trace, static line => line.Contains("PROT_EXEC", StringComparison.Ordinal) && line.Contains(".so", StringComparison.Ordinal));
        // The trace says something only if the GPUs were looked at.
        Assert.Contains(trace, static line => line.Contains("/proc/driver/nvidia/gpus/0000:2a:00.0", StringComparison.Ordinal));
        Assert.InRange(trace.Length, 100, most);
    }

    // Brand and architecture are known to the driver's library alone.
    [Fact]
    [Requirement("CL-18", "CL-146")]
    public void Info_asks_the_drivers_library_in_one_child()
    {
        string[] programs = [.. Trace("info").Where(static line => line.Contains(" execve(", StringComparison.Ordinal))
            .Select(static line => line.Split('"')[1])];
        Assert.Equal(2, programs.Length);
        Assert.EndsWith("/nvidia-ctk-cli", programs[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Sixteen_GPUs_in_the_host_take_hardly_more_system_calls_for_one()
    {
        using var other = SimulatedHost.Start("h200x16");
        int few = Trace("configure --device=0").Length, many = Trace("configure --device=0", other).Length;
        output.WriteLine($"system calls of configure: {few} with 2 GPUs, {many} with 16");
        Assert.InRange(many, few - (few / 10), few + (few / 10));
    }

    private string[] Trace(string command, SimulatedHost? host = null)
    {
        string strace = Checkout.MachineProgram("strace");
        host ??= Host;
        HookRoot root = ConfigureUse.Prepare(host);
        if (command == "configure")
            command += " --device=all";
        if (command.StartsWith("configure", StringComparison.Ordinal))
            command += $" --pid=$$ --no-cgroups --ldconfig=@/sbin/ldconfig --compute --utility {root.Folder}";
        CommandResult result = host.Run("unshare", "--mount", "/bin/sh", "-c", $"""
            {ConfigureUse.Mounts(root)}
            {strace} -f -qq -s 256 -o {root.Bundle}/trace nvidia-container-cli {command}
            """);
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        result.Succeeded();
        string[] lines = SystemCalls.In(host.At(root.Bundle + "/trace"));
        output.WriteLine($"{command.Split(' ')[0]}: {lines.Length} system calls");
        root.Delete();
        return lines;
    }
}
