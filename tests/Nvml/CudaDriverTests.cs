using GpuContainers.Simulator.Elf;

namespace GpuContainers.Nvml.Tests;

public sealed class CudaDriverTests(StubLibraries stubs) : IClassFixture<StubLibraries>
{
    [Fact]
    public void Version_and_compute_capability_are_those_of_the_library()
    {
        var library = new SharedObject("libcuda.so.1");
        library.Export("cuInit", MachineCode.ReturnZero());
        library.Export("cuDriverGetVersion", MachineCode.Store(12090));
        library.Export("cuDeviceGet", MachineCode.StoreSecondArgument());
        library.Export("cuDeviceGetAttribute", MachineCode.StoreBySecondArgument((75, 8), (76, 7)));
        nint handle = CudaDriver.Open(stubs.File("cuda.so", library.ToBytes()), out string error);
        Assert.Equal(12090, CudaDriver.Version(handle, out error));
        Assert.Equal("8.7", CudaDriver.ComputeCapability(handle, out error));
        Assert.Empty(error);
    }

    [Fact]
    public void What_is_missing_or_refused_is_told()
    {
        var library = new SharedObject("libcuda.so.1");
        library.Export("cuInit", MachineCode.ReturnZero());
        library.Export("cuDeviceGet", MachineCode.StoreSecondArgument());
        library.Export("cuDeviceGetAttribute", MachineCode.StoreBySecondArgument((75, 8)));
        nint handle = CudaDriver.Open(stubs.File("partial.so", library.ToBytes()), out string error);
        Assert.Null(CudaDriver.Version(handle, out error));
        Assert.Equal("the library has no cuDriverGetVersion", error);
        Assert.Null(CudaDriver.ComputeCapability(handle, out error));
        Assert.Equal("CUDA error 1", error);
    }

    [Fact]
    public void A_library_that_is_not_there_does_not_load()
    {
        Assert.Equal(0, CudaDriver.Open("/nowhere/libcuda.so.1", out string error));
        Assert.Contains("/nowhere/libcuda.so.1", error, StringComparison.Ordinal);
    }
}
