using System.Text;
using System.Text.Json;
using GpuContainers.Runtime.Hooks;
using GpuContainers.Runtime.Hooks.Limits;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The hook apply-cuda-memory-limits, up to the child that asks the driver; the rest is tested with real runtimes.</summary>
public sealed class ApplyCudaMemoryLimitsTests : IDisposable
{
    private const string Hook = "apply-cuda-memory-limits";
    private readonly HookContainer _container = new();

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""["PATH=/bin"]""")]
    [InlineData("""["NVIDIA_GPU_MEMORY_LIMIT=","NVIDIA_GPU_MEMORY_REQUEST="]""")]
    [InlineData("""["NVIDIA_GPU_MEMORY_LIMIT","XNVIDIA_GPU_MEMORY_LIMIT=1","NVIDIA_GPU_MEMORY_LIMITS=x","nvidia_gpu_memory_limit=x"]""")]
    [InlineData("""["NVIDIA_GPU_MEMORY_LIMIT=1","NVIDIA_GPU_MEMORY_LIMIT="]""")]
    [InlineData("""["BROKEN=\ud800","\ud800=1"]""")]
    [Requirement("HK-137")]
    public void Without_a_value_nothing_else_is_looked_at(string variables)
    {
        Configure($$$"""{"process":{"env":{{{variables}}}}}""");
        // Neither the process nor the driver root exists.
        HookResult result = _container.RunWith(StateOf(long.MaxValue), Hook, "--driver-root", "/nowhere", "--gpu-id", "GPU-1");
        Assert.Equal((0, ""), (result.Status, result.Errors));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"process":null}""")]
    [InlineData("""{"process":{"args":["x"],"env":null}}""")]
    [InlineData("""{"process":{"env":["NVIDIA_GPU_MEMORY_LIMIT=1"]},"process":{"env":[]}}""")]
    [Requirement("HK-137")]
    public void A_configuration_without_variables_asks_for_nothing(string config)
    {
        Configure(config);
        Assert.Equal("", _container.Succeed(Hook, "--gpu-id", "GPU-1").Errors);
    }

    [Fact]
    [Requirement("HK-133")]
    public void Other_variables_may_be_any_bytes()
    {
        File.WriteAllBytes(Path.Combine(_container.Bundle, "config.json"), [.. "{\"process\":{\"env\":[\"A="u8, 0xff, .. "\"]}}"u8]);
        Assert.Equal("", _container.Succeed(Hook, "--gpu-id", "GPU-1").Errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("GPU-1,")]
    [InlineData("\t")]
    [Requirement("HK-135")]
    public void An_empty_GPU_is_an_error_whatever_the_container_asks_for(string id) =>
        Assert.Contains("--gpu-id", Assert.Single(_container.Fail(Hook, "--driver-root", "", "--gpu-id", id).Lines), StringComparison.Ordinal);

    [Theory]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT=2G")]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT=-1")]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT=+1")]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT= 1")]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT=1.5")]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT=0x10")]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT=1,000")]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT=17592186044416")]
    [InlineData("NVIDIA_GPU_MEMORY_LIMIT=99999999999999999999")]
    [InlineData("NVIDIA_GPU_MEMORY_REQUEST=lots")]
    [Requirement("HK-139")]
    public void What_is_not_a_number_of_MiB_is_told_with_the_variable_and_its_value(string variable)
    {
        Variables(variable);
        string line = Assert.Single(_container.Fail(Hook, "--gpu-id", "GPU-1").Lines);
        Assert.Contains(variable + " is not a whole number of MiB", line, StringComparison.Ordinal);
        Assert.Contains("2048 for 2 GiB", line, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HK-139")]
    public void A_long_value_is_shown_in_part()
    {
        Variables("NVIDIA_GPU_MEMORY_LIMIT=" + new string('x', 100_000));
        Assert.InRange(Assert.Single(_container.Fail(Hook, "--gpu-id", "GPU-1").Lines).Length, 1, 400);
    }

    [Fact]
    [Requirement("HK-139")]
    public void A_request_above_the_limit_is_told_with_both()
    {
        Variables("NVIDIA_GPU_MEMORY_REQUEST=2048", "NVIDIA_GPU_MEMORY_LIMIT=1024");
        string line = Assert.Single(_container.Fail(Hook, "--gpu-id", "GPU-1").Lines);
        Assert.Contains("NVIDIA_GPU_MEMORY_REQUEST=2048 is above NVIDIA_GPU_MEMORY_LIMIT=1024", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"process":{"env":{}}}""", "process.env is not a list")]
    [InlineData("""{"process":{"env":[1]}}""", "process.env holds something")]
    [InlineData("""{"process":[]}""", "process is not a JSON object")]
    [InlineData("[]", "config.json is not a JSON object")]
    [InlineData("""{"process":{"env":["NVIDIA_GPU_MEM""", "not valid JSON")]
    [Requirement("HK-139")]
    public void A_configuration_that_cannot_be_understood_does_not_start(string config, string text)
    {
        Configure(config);
        Assert.Contains(text, Assert.Single(_container.Fail(Hook, "--gpu-id", "GPU-1").Lines), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HK-142")]
    public void In_the_mount_namespace_of_the_container_it_refuses()
    {
        Variables("NVIDIA_GPU_MEMORY_LIMIT=1");
        string line = Assert.Single(_container.RunWith(StateOf(Environment.ProcessId), Hook, "--gpu-id", "GPU-1").Lines);
        Assert.Contains("level=error", line, StringComparison.Ordinal);
        Assert.Contains("cannot apply NVIDIA_GPU_MEMORY_LIMIT=1: the hook runs in the container's mount namespace", line, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HK-139")]
    public void A_state_without_a_process_and_a_hook_without_a_GPU_fail_only_where_a_limit_is_asked_for()
    {
        Assert.Equal("", _container.Succeed(Hook).Errors);
        Variables("NVIDIA_GPU_MEMORY_REQUEST=1");
        Assert.Contains("names no process", _container.RunWith(StateOf(0), Hook, "--gpu-id", "GPU-1").Errors, StringComparison.Ordinal);
        HookResult result = _container.Fail(Hook);
        Assert.Contains("no GPU is named", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "2048", 2048UL << 20, 2048UL << 20)]
    [InlineData("1024", "", 1024UL << 20, ulong.MaxValue)]
    [InlineData("1024", "2048", 1024UL << 20, 2048UL << 20)]
    [InlineData("0", "17592186044415", 0UL, 17592186044415UL << 20)]
    [InlineData("007", "7", 7UL << 20, 7UL << 20)]
    [Requirement("HK-136", "HK-138")]
    public void Values_are_MiB_and_one_of_them_is_enough(string request, string limit, ulong soft, ulong hard)
    {
        string text = $$$"""
            {"Process":{"ENV":["NVIDIA_GPU_MEMORY_LIMIT=x","NVIDIA\u005fGPU_MEMORY_LIMIT={{{limit}}}","NVIDIA_GPU_MEMORY_REQUEST={{{request}}}"]}}
            """;
        MemoryLimits limits = MemoryLimits.Read(Encoding.UTF8.GetBytes(text))!;
        Assert.Equal((soft, hard), (limits.Soft, limits.Hard));
    }

    [Fact]
    [Requirement("HK-140")]
    public void A_process_in_the_root_cgroup_is_refused_and_so_is_one_that_is_not_there()
    {
        HookException root = Assert.Throws<HookException>(static () => LimitedCgroup.Find(2));
        Assert.Contains("cgroup", root.Message, StringComparison.Ordinal);
        Assert.NotNull(Record.Exception(static () => LimitedCgroup.Find(long.MaxValue)));
    }

    public void Dispose() => _container.Dispose();

    private string StateOf(long process) => $$"""{"pid":{{process}},"bundle":"{{_container.Bundle}}"}""";

    private void Variables(params string[] variables) => Configure($$$"""{"process":{"env":{{{JsonSerializer.Serialize(variables)}}}}}""");

    private void Configure(string config) => File.WriteAllText(Path.Combine(_container.Bundle, "config.json"), config);
}
