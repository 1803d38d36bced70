using System.Text;
using GpuContainers.Linux.Roots;

namespace GpuContainers.Linux.Tests.Roots;

public sealed class ContainerPathTests
{
    [Theory]
    [Requirement("HK-53")]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("a", "/a")]
    [InlineData("/lib/nodir/../x", "/lib/x")]
    [InlineData("/../../lib/x", "/lib/x")]
    [InlineData("//a//./b/", "/a/b")]
    [InlineData("/a/../..", "/")]
    [InlineData("...", "/...")]
    public void Cleaning_is_by_text_alone(string path, string cleaned) => Assert.Equal(cleaned, ContainerPath.From(path).Clean().ToString());

    [Fact]
    [Requirement("HK-133")]
    public void Bytes_that_are_not_UTF8_survive()
    {
        ContainerPath path = ContainerPath.From([0x2f, 0xff, 0xfe, 0x2f, 0x80]);
        Assert.Equal([0x80], path.Name.ToArray());
        Assert.Equal([0x2f, 0xff, 0xfe], path.Parent.Bytes.ToArray());
        Assert.True(path.Parent.Child([0x80]) == path);
        Assert.True(path.Clean() == path);
    }

    [Fact]
    public void Names_and_parents()
    {
        Assert.Equal("b", Encoding.UTF8.GetString(ContainerPath.From("/a/b").Name));
        Assert.Equal("/", ContainerPath.From("/a").Parent.ToString());
        Assert.Equal("/a", ContainerPath.From("/").Child("a"u8).ToString());
        Assert.Equal("/", ContainerPath.From("///").TrimSlashes().ToString());
        Assert.Equal("/a", ContainerPath.From("/a//").TrimSlashes().ToString());
        Assert.True(ContainerPath.From("").TrimSlashes().IsEmpty);
    }
}
