using System.Text;
using CsCheck;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Linux.Tests.Paths;

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
    [InlineData("libcuda.so.1", "libcuda.so.1")]
    [InlineData("", "")]
    [InlineData("libcuda.so.*", null)]
    [InlineData("\\*", null)]
    [InlineData("[", null)]
    public void A_pattern_without_pattern_characters_is_a_name(string pattern, string? name) => Assert.Equal(name, new GlobPattern(pattern).Literal);

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

    // Each step is one word of the state or one character of the pattern: a name of n bytes costs n for each 64 characters of the pattern, once it is
    // known which of these take which byte. Going back to a star would cost the product of both lengths.
    [Theory]
    [Requirement("SEC-24")]
    [InlineData("*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa*b?", 1)]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b?", 1)]
    [InlineData("*[!b][a-c]?????????????????????????????????????????????????????????????????????????????????????????b*?", 2)]
    public void A_name_is_matched_in_one_pass(string text, int words)
    {
        var pattern = new GlobPattern(Encoding.UTF8.GetBytes(text), GlobDialect.Posix);
        byte[] name = [.. Enumerable.Repeat((byte)'a', 254), (byte)'x'];
        Assert.False(pattern.IsMatch(name));
        // Two bytes were seen for the first time.
        Assert.InRange(pattern.Steps, 1, (words * name.Length) + (2 * text.Length));
        long first = pattern.Steps;
        Assert.False(pattern.IsMatch(name));
        Assert.Equal(words * name.Length, pattern.Steps - first);
    }

    [Fact]
    [Requirement("SEC-24")]
    public void What_cannot_match_costs_nothing()
    {
        var pattern = new GlobPattern(Encoding.UTF8.GetBytes(new string('?', 4000)), GlobDialect.Posix);
        Assert.False(pattern.IsMatch(new string('a', 255)));
        Assert.Equal(0, pattern.Steps);
    }
}
