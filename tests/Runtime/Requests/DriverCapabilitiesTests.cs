using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Requests;

public sealed class DriverCapabilitiesTests
{
    [Theory]
    [Requirement("RT-130", "RT-138", "LG-40")]
    [InlineData(" video , compute,", "compute,video")]
    [InlineData("all,video", "all")]
    [InlineData(",", "")]
    public void The_text_is_trimmed_and_sorted(string text, string expected) =>
        Assert.Equal(expected, DriverCapabilities.Parse(text).ToString());

    [Fact]
    [Requirement("RT-138", "LG-41")]
    public void The_known_sets()
    {
        Assert.Equal("compat32,compute,display,graphics,ngx,utility,video", DriverCapabilities.Supported.ToString());
        Assert.Equal("compute,utility", DriverCapabilities.Default.ToString());
    }

    [Theory]
    [Requirement("RT-138")]
    [InlineData("all", "video", "video")]
    [InlineData("video", "all", "video")]
    [InlineData("video,compute", "compute,ngx", "compute")]
    public void Intersection_with_all_is_the_other_set(string a, string b, string expected) =>
        Assert.Equal(expected, DriverCapabilities.Parse(a).Intersect(DriverCapabilities.Parse(b)).ToString());

    [Theory]
    [Requirement("LG-40")]
    [InlineData("all", "graphics", true)]
    [InlineData("compute", "graphics", false)]
    [InlineData("Graphics", "graphics", false)]
    public void Names_are_compared_as_they_are(string set, string name, bool expected) =>
        Assert.Equal(expected, DriverCapabilities.Parse(set).Has(name));
}
