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

    // Names of few letters, so that texts are found across the borders of names as well.
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("aba")]
    [InlineData("bbbb")]
    [InlineData("c")]
    public void Names_with_a_text_are_those_that_contain_it(string text)
    {
        using var folder = new ScratchFolder();
        for (int i = 2; i < 64; i++)
            File.WriteAllBytes(folder[Convert.ToString(i, 2).Replace('0', 'a').Replace('1', 'b')], []);
        Assert.True(DirectoryListing.TryRead(folder.Path, out DirectoryListing listing, out _));
        byte[] wanted = Encoding.UTF8.GetBytes(text);
        var found = new List<int>();
        for (int i = listing.NextWith(wanted, 0); i < listing.Count; i = listing.NextWith(wanted, i + 1))
            found.Add(i);
        Assert.Equal(Enumerable.Range(0, listing.Count).Where(i => listing.Text(i).Contains(text, StringComparison.Ordinal)), found);
        Assert.Equal(0, DirectoryListing.Empty.NextWith(wanted, 0));
    }
}
