namespace GpuContainers.Repository.Tests;

/// <summary>What it costs to plan a container for full GPUs, and what is left alone meanwhile.</summary>
public sealed class PlanTests(NativeTools tools, ITestOutputHelper output) : IClassFixture<NativeTools>
{
    // Opening a node wakes a sleeping GPU, which takes seconds; the vendor's library must not run in a process that must not fail (docs/adr/0004).
    [Fact]
    public void No_GPU_is_opened_and_no_driver_library_loaded_for_full_GPUs()
    {
        using var host = new PlanningHost(tools, gpus: 2, request: "all");
        string[] trace = host.Trace();
        string[] opened = [.. trace.Where(static line => line.Contains(" open", StringComparison.Ordinal))];
        Assert.DoesNotContain(
            opened, static line => line.Contains("\"/dev/nvidia", StringComparison.Ordinal) || line.Contains("\"/dev/dri/", StringComparison.Ordinal));
        Assert.DoesNotContain(trace, static line => line.Contains("PROT_EXEC", StringComparison.Ordinal) && line.Contains(".so", StringComparison.Ordinal));
        // The core starts no child but a thread: the one program that follows is the low-level runtime.
        string[] programs = [.. trace.Where(static line => line.Contains(" execve(\"", StringComparison.Ordinal)).Select(static line => line.Split('"')[1])];
        Assert.Equal(["/usr/bin/nvidia-container-runtime", "/run/plan/trivial"], programs);
        Assert.DoesNotContain(trace, static line => line.Contains("fork(", StringComparison.Ordinal));
        Assert.All(trace.Where(static line => line.Contains(" clone", StringComparison.Ordinal)),
            static line => Assert.Contains("CLONE_THREAD", line, StringComparison.Ordinal));
        // The trace says something only if the GPUs were described.
        Assert.Contains(opened, static line => line.Contains("/proc/driver/nvidia/gpus/", StringComparison.Ordinal));
        Assert.Contains("/dev/nvidia1", host.Planned, StringComparison.Ordinal);
        Assert.Contains("libcuda.so.570.133.20", host.Planned, StringComparison.Ordinal);
    }

    [Fact]
    public void Sixteen_GPUs_take_hardly_more_system_calls_than_one()
    {
        using var one = new PlanningHost(tools, gpus: 1, request: "0");
        using var sixteen = new PlanningHost(tools, gpus: 16, request: "0");
        int few = one.Trace().Length, many = sixteen.Trace().Length;
        output.WriteLine($"system calls: {few} with 1 GPU, {many} with 16");
        Assert.InRange(many, few - (few / 20), few + (few / 20));
        Assert.DoesNotContain("/dev/nvidia1\"", sixteen.Planned, StringComparison.Ordinal);
    }
}
