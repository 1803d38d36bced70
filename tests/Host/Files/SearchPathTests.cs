using GpuContainers.Host.Files;

namespace GpuContainers.Host.Tests.Files;

public sealed class SearchPathTests
{
    [Theory]
    [Requirement("DS-1", "DS-2")]
    [InlineData(new string[0], new string[0])]
    [InlineData(new[] { "" }, new string[0])]
    [InlineData(new[] { "/a:/b", "/c" }, new[] { "/a", "/b", "/c" })]
    [InlineData(new[] { "/a::/b" }, new[] { "/a", "", "/b" })]
    [InlineData(new[] { "/b", "/a:/b" }, new[] { "/b", "/a" })]
    public void Elements_are_split_at_colons_and_each_folder_counts_once(string[] elements, string[] expected) =>
        Assert.Equal(expected, SearchPath.Split(elements));
}
