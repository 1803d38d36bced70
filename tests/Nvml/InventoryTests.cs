using GpuContainers.Host.Inventory;

namespace GpuContainers.Nvml.Tests;

/// <summary>What the child makes of a library's answers.</summary>
public sealed class InventoryTests(StubLibraries stubs) : IClassFixture<StubLibraries>
{
    [Fact]
    [Requirement("NV-7")]
    public void GPUs_are_asked_by_index()
    {
        InventoryReport report = Ask();
        Assert.Null(report.GpusError);
        Assert.Equal([0, 1, 2], report.Gpus.Select(static gpu => gpu.Index));
        Assert.Equal("NVIDIA DGX Display", report.Gpus[1].Name);
        Assert.Equal(["00010000:3b:00.0"], report.Gpus.Select(static gpu => gpu.BusId).Distinct());
        Assert.Equal(12090, report.CudaVersion);
        Assert.Empty(report.Gpus[0].MigDevices);
    }

    [Fact]
    [Requirement("NV-7")]
    public void A_GPU_that_is_not_to_be_had_ends_the_walk()
    {
        InventoryReport report = Ask("LOST=1");
        Assert.Equal(new DriverError(15, "GPU is lost"), report.GpusError);
        Assert.Single(report.Gpus);
    }

    [Fact]
    [Requirement("NV-8")]
    public void Empty_places_are_passed_over_and_a_MIG_device_that_does_not_answer_keeps_its_error()
    {
        InventoryGpu gpu = Ask("MIG=1", "PROFILE=10").Gpus[0];
        Assert.True(gpu.IsMigEnabled);
        Assert.Null(gpu.MigDevicesError);
        Assert.Equal(
            [(0, 5, 2, true), (2, 5, 2, true)], gpu.MigDevices.Select(static mig => (mig.Index, mig.GpuInstance, mig.ComputeInstance, mig.HasGraphics)));
        Assert.Equal([null, null], gpu.MigDevices.Select(static mig => mig.Error));
    }

    [Fact]
    [Requirement("NV-8")]
    public void A_place_that_fails_ends_the_walk()
    {
        InventoryGpu gpu = Ask("MIG=1", "BROKEN_PLACE=2").Gpus[0];
        Assert.Equal(new DriverError(15, "GPU is lost"), gpu.MigDevicesError);
        Assert.Single(gpu.MigDevices);
    }

    [Fact]
    [Requirement("NV-8")]
    public void A_handle_that_is_no_MIG_device_is_an_error() =>
        Assert.All(
            Ask("MIG=1", "NO_MIG_HANDLES").Gpus[0].MigDevices, static mig => Assert.Equal("what the library gives for it is not a MIG device", mig.Error));

    // A GPU that can be cut up but is not is walked too.
    [Theory]
    [Requirement("NV-9", "NV-10")]
    [InlineData("MIG=0", false, 2, null)]
    [InlineData("MIG=-3", false, 0, null)]
    [InlineData("MIG=-15", false, 0, "GPU is lost")]
    public void The_MIG_mode_decides(string macro, bool enabled, int devices, string? error)
    {
        InventoryGpu gpu = Ask(macro).Gpus[0];
        Assert.Equal((enabled, devices, error), (gpu.IsMigEnabled, gpu.MigDevices.Count, gpu.MigError?.Text));
    }

    [Fact]
    [Requirement("NV-13")]
    public void An_addressing_mode_that_fails_is_told() => Assert.Equal(new DriverError(15, "GPU is lost"), Ask("ADDRESSING=-15").Gpus[0].CoherentError);

    private InventoryReport Ask(params string[] macros) =>
        new InventoryChild(SimulatedTree.CtkCli(), Command.Limit).Ask(InventoryQuestions.Nvml, stubs.Compile("nvml", macros));
}
