using GpuContainers.Host.Inventory;
using GpuContainers.Linux.Files;

namespace GpuContainers.Host.Tests.Inventory;

public sealed class InventoryChildTests : IDisposable
{
    private const UnixFileMode Executable = FileModes.PublicFolder;
    private readonly SimulatedTree _host = SimulatedTree.OfText("{}");

    public void Dispose() => _host.Dispose();

    [Fact]
    public void What_is_asked_stands_on_the_childs_command_line()
    {
        InventoryChild child = Script("""printf '{"driverVersion":"%s"}' "$*" """);
        Assert.Equal("gpu-inventory --nvml --library=/lib/libnvidia-ml.so.1", child.Ask(InventoryQuestions.Nvml, "/lib/libnvidia-ml.so.1").DriverVersion);
        Assert.Equal("gpu-inventory --nvml --library= --dxcore --cuda",
            child.Ask(InventoryQuestions.Nvml | InventoryQuestions.DriverStores | InventoryQuestions.Cuda).DriverVersion);
    }

    [Fact]
    public void A_child_that_fails_is_an_error_with_its_status_and_what_it_said()
    {
        HostException error = Failure(Script("echo 'NVRM: GPU is lost' >&2; exit 3"), InventoryQuestions.Nvml);
        Assert.Contains("gpu-inventory failed with status 3; it said: NVRM: GPU is lost", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InventoryQuestions.Nvml, "the NVIDIA management library (libnvidia-ml.so.1)")]
    [InlineData(InventoryQuestions.DriverStores, "dxcore (libdxcore.so)")]
    [InlineData(InventoryQuestions.Cuda, "the CUDA library (libcuda.so.1)")]
    public void A_child_that_is_killed_by_a_signal_names_the_library(InventoryQuestions questions, string library)
    {
        HostException error = Failure(Script("echo before >&2; kill -11 $$"), questions);
        Assert.StartsWith(library + " crashed when it was asked (signal 11); ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; it said: before", error.Message, StringComparison.Ordinal);
    }

    // Nothing ends the sleepers but the child's end: a test that ends has seen them stopped.
    [Fact]
    [Trait("Kind", "slow")]
    public void A_child_that_does_not_answer_is_stopped_with_all_it_started()
    {
        HostException error = Failure(
            Script("echo waiting >&2; sleep infinity & sleep infinity", TimeSpan.FromSeconds(5)), InventoryQuestions.Nvml, "/x/libnvidia-ml.so.1");
        Assert.StartsWith("the NVIDIA management library (/x/libnvidia-ml.so.1) did not answer within 5 seconds; ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; it said: waiting", error.Message, StringComparison.Ordinal);
        Assert.Contains("dmesg", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_is_a_minute_and_a_half() => Assert.Equal(90, DriverChild.DefaultLimit.TotalSeconds);

    [Fact]
    public void A_flood_of_complaints_is_cut_short()
    {
        HostException error = Failure(
            Script("i=0; while [ $i -lt 2000 ]; do echo 0123456789012345678901234567890123456789 >&2; i=$((i+1)); done; exit 1"), InventoryQuestions.Nvml);
        Assert.InRange(error.Message.Length, 1900, 2300);
    }

    [Fact]
    public void A_missing_child_is_an_error_with_the_cure()
    {
        HostException error = Failure(new InventoryChild("/nowhere/nvidia-ctk-cli", Command.Limit), InventoryQuestions.Nvml);
        Assert.Contains("/nowhere/nvidia-ctk-cli", error.Message, StringComparison.Ordinal);
        Assert.Contains("reinstall the toolkit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_of_another_kind_is_an_error() =>
        Assert.StartsWith(
            "the answer of gpu-inventory is not understood", Failure(Script("echo hello"), InventoryQuestions.Nvml).Message, StringComparison.Ordinal);

    private static HostException Failure(InventoryChild child, InventoryQuestions questions, string library = "")
    {
        var error = Assert.Throws<HostException>(() => child.Ask(questions, library));
        Assert.Equal(HostFailure.Inventory, error.Reason);
        return error;
    }

    private InventoryChild Script(string text, TimeSpan? limit = null) =>
        new(_host.Write("/child", "#!/bin/sh\n" + text + "\n", Executable), limit ?? Command.Limit);
}
