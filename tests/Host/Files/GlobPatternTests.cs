using CsCheck;
using GpuContainers.Host.Files;

namespace GpuContainers.Host.Tests.Files;

public sealed class GlobPatternTests
{
    [Theory]
    [Requirement("DS-3")]
    [InlineData("libcuda.so.*.*", "libcuda.so.570.133.20", true)]
    [InlineData("libcuda.so.*.*", "libcuda.so.1", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("a*/b", "a/b", true)]
    [InlineData("?", "/", false)]
    [InlineData("?", "ü", true)]
    [InlineData("[ü]x", "üx", true)]
    [InlineData("[a-c]", "b", true)]
    [InlineData("[^a-c]", "b", false)]
    [InlineData("[^a-c]", "d", true)]
    [InlineData("[*]", "*", true)]
    [InlineData("a[*]b", "a*b", true)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("[\\-x]", "-", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("*.so*", ".so.1", true)]
    [InlineData("*a*b*c", "xaxbxbxc", true)]
    [InlineData("*a*b*c", "xaxbxbxcx", false)]
    [InlineData("[]", "]", false)]
    [InlineData("[a", "a", false)]
    [InlineData("[-a]", "-", false)]
    [InlineData("[a-]", "a", false)]
    [InlineData("a\\", "a\\", false)]
    public void A_name_matches_or_not(string pattern, string name, bool expected) => Assert.Equal(expected, new GlobPattern(pattern).IsMatch(name));

    [Theory]
    [Requirement("DS-4")]
    [InlineData("libcuda.so.1", false)]
    [InlineData("a]", false)]
    [InlineData("a*", true)]
    [InlineData("a?", true)]
    [InlineData("[a]", true)]
    [InlineData("a\\b", true)]
    public void Four_characters_make_a_pattern(string text, bool expected) => Assert.Equal(expected, GlobPattern.HasMeta(text));

    // The matcher keeps one place to go back to; this one tries every way.
    [Fact]
    [Requirement("DS-3")]
    public void Every_way_of_matching_is_found() =>
        Gen.Select(Gen.Char["ab*?."].Array[0, 8], Gen.Char["ab./"].Array[0, 10]).Sample(
            (pattern, name) => new GlobPattern(new string(pattern)).IsMatch(new string(name)) == Matches(pattern, name), iter: 20_000);

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        if (pattern.Length == 0)
            return name.Length == 0;
        if (pattern[0] == '*')
            return Matches(pattern[1..], name) || (name.Length > 0 && name[0] != '/' && Matches(pattern, name[1..]));
        return name.Length > 0 && (pattern[0] == '?' ? name[0] != '/' : pattern[0] == name[0]) && Matches(pattern[1..], name[1..]);
    }

    [Fact]
    public void Many_stars_do_not_take_forever()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", 2000)) + "b";
        Assert.False(new GlobPattern(pattern).IsMatch(new string('a', 20_000)));
    }
}
