using System.Text;
using GpuContainers.Runtime.Hooks.LdCache;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>Which names are examined.</summary>
[Requirement("HK-80")]
public sealed class LibraryNameTests
{
    [Theory]
    [Requirement("HK-80")]
    [InlineData("libc.so", true)]
    [InlineData("libc.so.6", true)]
    [InlineData("libx.sour", true)]
    [InlineData("ld-linux-x86-64.so.2", true)]
    [InlineData("ld.so.1", true)]
    [InlineData("ld64.so.2", true)]
    [InlineData("ld.so", false)]
    [InlineData("ld-linux", false)]
    [InlineData("libc.a", false)]
    [InlineData("c.so", false)]
    [InlineData("Libc.so", false)]
    [InlineData(".libc.so", false)]
    [InlineData("libc.so;62a1", false)]
    [InlineData("libc.so.dpkg-new", false)]
    [InlineData("libc.so.dpkg-tmp", false)]
    [InlineData("libc.so.dpkg-old", true)]
    [InlineData("libc.so.#prelink#", false)]
    [InlineData("libc.so.#prelink#.a1B2c3", false)]
    [InlineData("libc.so.#prelink#.a1B2c", true)]
    [InlineData("libc.so.#prelink#xa1B2c3", true)]
    public void A_library_is_known_by_its_name(string name, bool isCandidate) =>
        Assert.Equal(isCandidate, LibraryName.IsCandidate(Encoding.UTF8.GetBytes(name)));
}
