using GpuContainers.Runtime.ContainerCli.Requirements;

namespace GpuContainers.Runtime.Tests.ContainerCli;

public sealed class VersionTextTests
{
    [Theory]
    [Requirement("CL-76")]
    [InlineData("575.57.08", "575.57.08.0.0", 0)]
    [InlineData("575.57.08", "575.57", 1)]
    [InlineData("575.57", "575.57.08", -1)]
    [InlineData("9.10", "9.9", 1)]
    [InlineData("12.09", "12.9", 0)]
    [InlineData("1000", "99999999999999999999", -1)]
    public void Versions_are_compared_number_by_number(string left, string right, int order) =>
        Assert.Equal(order, Math.Sign(VersionText.Compare(left, right)));

    [Theory]
    [Requirement("CL-78")]
    [InlineData("", false)]
    [InlineData("twelve", false)]
    [InlineData("12.x", false)]
    [InlineData(".12", false)]
    [InlineData("12.", true)]
    public void Digits_and_dots_are_a_version(string text, bool isVersion) => Assert.Equal(isVersion, VersionText.IsVersion(text));
}
