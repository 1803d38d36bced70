using System.Text;
using GpuContainers.Linux.Files;

namespace GpuContainers.Linux.Tests.Files;

public sealed class DirectoryListingTests
{
    // The kernel gives a few hundred names at once.
    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 255)]
    [InlineData(700, 40)]
    [InlineData(5000, 8)]
    [InlineData(2000, 200)]
    public void Every_name_is_found_with_its_kind(int count, int length)
    {
        using var folder = new ScratchFolder();
        string[] names = [.. Enumerable.Range(0, count).Select(i => i.ToString().PadLeft(length, 'x'))];
        foreach (string name in names)
        {
            if (name.EndsWith('7'))
                File.CreateSymbolicLink(folder[name], "nowhere");
            else
                File.WriteAllBytes(folder[name], []);
        }
        Assert.True(DirectoryListing.TryRead(folder.Path, out DirectoryListing listing, out _));
        Assert.Equal(names.Length, listing.Count);
        Assert.Equal(names.Order(), Enumerable.Range(0, listing.Count).Select(listing.Text).Order());
        Assert.All(names, name =>
        {
            int at = listing.IndexOf(name);
            Assert.Equal(name, Encoding.UTF8.GetString(listing.Name(at)));
            Assert.Equal(name.EndsWith('7') ? FileKind.Link : FileKind.Regular, listing.Kind(at));
        });
        Assert.Equal(-1, listing.IndexOf("missing"));
    }
}
