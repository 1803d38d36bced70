using CsCheck;

namespace GpuContainers.Runtime.Tests;

public sealed class SemanticVersionTests
{
    [Theory]
    [Requirement("RT-209")]
    [InlineData("1")]
    [InlineData("v1.2")]
    [InlineData("01.002.0003")]
    [InlineData("1.2.3-rc.1+build.5")]
    [InlineData("1-x")]
    [InlineData("18446744073709551615.0.0")]
    public void Lenient_forms_are_read(string text) => Assert.NotNull(SemanticVersion.Parse(text));

    [Theory]
    [Requirement("RT-209")]
    [InlineData("")]
    [InlineData("v")]
    [InlineData("1.")]
    [InlineData("1..2")]
    [InlineData("1.2.3.4")]
    [InlineData("+1")]
    [InlineData("1.2-")]
    [InlineData("1.2+")]
    [InlineData("1.2-a..b")]
    [InlineData("1.2-01")]
    [InlineData("1 ")]
    [InlineData("1\0")]
    [InlineData("18446744073709551616")]
    public void Anything_else_is_no_version(string text) => Assert.Null(SemanticVersion.Parse(text));

    [Fact]
    [Requirement("RT-209")]
    public void More_than_256_bytes_are_no_version()
    {
        Assert.NotNull(SemanticVersion.Parse("1." + new string('0', 254)));
        Assert.Null(SemanticVersion.Parse("1." + new string('0', 255)));
    }

    // Each is less than the one that follows.
    [Fact]
    [Requirement("RT-209")]
    public void Precedence_is_that_of_semantic_versions()
    {
        string[] ascending = [
            "0.0.0", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-rc.1", "1", "1.0.1", "1.1", "2", "10"];
        for (int i = 0; i + 1 < ascending.Length; i++)
            Assert.True(SemanticVersion.Parse(ascending[i])!.CompareTo(SemanticVersion.Parse(ascending[i + 1])) < 0, ascending[i]);
    }

    [Fact]
    [Requirement("RT-209")]
    public void Metadata_plays_no_part() =>
        Assert.Equal(0, SemanticVersion.Parse("1.2.3+a")!.CompareTo(SemanticVersion.Parse("v1.2.3+b")));

    [Fact]
    [Requirement("RT-209")]
    public void Comparison_is_that_of_the_numbers() =>
        Gen.Select(Gen.UInt[0, 3], Gen.UInt[0, 3], Gen.UInt[0, 3], Gen.UInt[0, 3]).Sample((a, b, c, d) =>
            SemanticVersion.Parse($"{a}.{b}")!.CompareTo(SemanticVersion.Parse($"{c}.{d}")) == Math.Sign(((int)a * 10) + (int)b - ((int)c * 10) - (int)d));

    [Fact]
    public void No_text_makes_it_fail() => Gen.String.Sample(text => { _ = SemanticVersion.Parse(text); });

    [Theory]
    [Requirement("HK-100")]
    [InlineData("575.57.08", 575, 57, 8, "")]
    [InlineData("v575", 575, 0, 0, "")]
    [InlineData("12.9", 12, 9, 0, "")]
    [InlineData("1.2.3-rc.1+build.7", 1, 2, 3, "rc.1")]
    [InlineData("1-x", 1, 0, 0, "x")]
    [InlineData("1+x", 1, 0, 0, "")]
    [InlineData("18446744073709551615", ulong.MaxValue, 0, 0, "")]
    public void A_version_is_one_to_three_numbers_and_more(string text, ulong major, ulong minor, ulong patch, string prerelease) =>
        Assert.Equal(new SemanticVersion(major, minor, patch, prerelease), SemanticVersion.Parse(text));

    [Theory]
    [Requirement("HK-100")]
    [InlineData("")]
    [InlineData("v")]
    [InlineData("vv1")]
    [InlineData("1.2.3.4")]
    [InlineData("1..2")]
    [InlineData("1.2.")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("+1")]
    [InlineData("1\0")]
    [InlineData("1.x")]
    [InlineData("1-")]
    [InlineData("1-a..b")]
    [InlineData("1-ä")]
    [InlineData("1+")]
    [InlineData("18446744073709551616")]
    [InlineData("٣")]
    public void Any_other_text_is_unknown(string text) => Assert.Null(SemanticVersion.Parse(text));

    // semver.org 2.0.0, section 11.
    [Fact]
    [Requirement("HK-100")]
    public void Versions_are_compared_by_number_and_then_by_the_rules_of_prereleases()
    {
        string[] ascending = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1",
            "1.2", "1.10", "2"];
        for (int i = 0; i < ascending.Length; i++)
        {
            for (int j = 0; j < ascending.Length; j++)
                Assert.Equal(Math.Sign(i - j), Math.Sign(SemanticVersion.Parse(ascending[i])!.CompareTo(SemanticVersion.Parse(ascending[j]))));
        }
        Assert.Equal(0, SemanticVersion.Parse("575.57.08+a")!.CompareTo(SemanticVersion.Parse("v575.57.8+b")));
    }

    [Fact]
    [Requirement("HK-100")]
    public void What_is_written_is_read_again() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong).Sample((a, b, c) => SemanticVersion.Parse($"{a}.{b}.{c}") == new SemanticVersion(a, b, c, ""));
}
