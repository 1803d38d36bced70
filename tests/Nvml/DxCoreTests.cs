using System.Runtime.InteropServices;

namespace GpuContainers.Nvml.Tests;

public sealed class DxCoreTests(StubLibraries stubs) : IClassFixture<StubLibraries>
{
    private const string Store = "/usr/lib/wsl/drivers/nvü";

    [Theory]
    [Requirement("DS-121", "DS-122", "DS-123", "DS-124", "DS-137")]
    [InlineData("", new[] { Store + "1", Store + "2" })]
    [InlineData("WITHOUT_2", new[] { Store + "1", Store + "2" })]
    [InlineData("WITHOUT_3", new[] { Store + "1", Store + "2" })]
    [InlineData("FAILING_3", new[] { Store + "1", Store + "2" })]
    [InlineData("FAILING_3 WITHOUT_2", new string[0])]
    [InlineData("ADAPTERS=0", new string[0])]
    [InlineData("FIRST_NEW=2", new[] { Store + "2" })]
    [InlineData("FIRST_NEW=3", new string[0])]
    [InlineData("SAME_STORE", new[] { Store })]
    [InlineData("HUGE_VALUE", new string[0])]
    [InlineData("ADAPTERS=5000", new string[0])]
    public void The_stores_are_those_of_the_adapters_with_a_new_driver(string macros, string[] expected)
    {
        Assert.Equal(expected, Stores(macros, out string error));
        Assert.Empty(error);
    }

    [Theory]
    [Requirement("DS-121")]
    [InlineData("WITHOUT_QUERY")]
    [InlineData("WITHOUT_2 WITHOUT_3")]
    public void A_library_without_the_functions_cannot_be_used(string macros)
    {
        Assert.Empty(Stores(macros, out string error));
        Assert.StartsWith("failed to initialize dxcore context", error, StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Stores(string macros, out string error)
    {
        nint library = NativeLibrary.Load(stubs.Compile("dxcore", macros.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        try
        {
            return DxCore.DriverStores(library, out error);
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }
}
