using CsCheck;
using GpuContainers.Host.Gpus;

namespace GpuContainers.Host.Tests.Gpus;

public sealed class PciAddressTests
{
    [Theory]
    [Requirement("NV-11")]
    [InlineData("00000000:3B:00.0", "0000:3b:00.0")]
    [InlineData("00000009:01:00.0", "0009:01:00.0")]
    [InlineData("00010000:3B:00.0", "00010000:3b:00.0")]
    [InlineData("0000:3B:00.0", "0000:3b:00.0")]
    [InlineData("0000xyz0:3B:00.0", "0000xyz0:3b:00.0")]
    [InlineData("", "")]
    [InlineData("00000000", "00000000")]
    public void An_address_of_NVML_gets_the_kernels_form(string address, string expected) => Assert.Equal(expected, PciAddress.FromNvml(address));

    [Fact]
    public void Addresses_are_ordered_as_numbers()
    {
        string[] ordered = ["0000:00:02.0", "0000:18:00.0", "0000:18:00.1", "0000:9a:00.0", "0001:00:00.0", "ffff:00:00.0", "10000:e1:00.0"];
        Gen.Shuffle(ordered).Sample(shuffled =>
        {
            string[] sorted = [.. shuffled];
            Array.Sort(sorted, PciAddress.Compare);
            Assert.Equal(ordered, sorted);
        });
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0000:18:00")]
    [InlineData("0000:118:00.0")]
    [InlineData("0000:18:00.x")]
    [InlineData("")]
    public void What_is_no_address_comes_last(string text)
    {
        Assert.Equal(1, PciAddress.Compare(text, "ffff:ff:1f.7"));
        Assert.Equal(-1, PciAddress.Compare("ffff:ff:1f.7", text));
        Assert.Equal(0, PciAddress.Compare(text, text));
        Assert.True(PciAddress.Compare(text, text + "z") < 0);
    }
}
