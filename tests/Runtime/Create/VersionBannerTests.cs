using GpuContainers.Runtime.Create;

namespace GpuContainers.Runtime.Tests.Create;

public sealed class VersionBannerTests
{
    [Fact]
    [Requirement("RT-21")]
    public void With_a_commit_there_are_three_lines() =>
        Assert.Equal("NVIDIA Container Runtime version 1.2.3\ncommit: abc\nspec: 1.3.0\n", VersionBanner.Text("1.2.3", "abc"));

    [Fact]
    [Requirement("RT-21")]
    public void Without_a_commit_its_line_is_left_out() =>
        Assert.Equal("NVIDIA Container Runtime version 1.2.3\nspec: 1.3.0\n", VersionBanner.Text("1.2.3", ""));
}
