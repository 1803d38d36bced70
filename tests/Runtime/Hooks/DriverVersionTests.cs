using CsCheck;
using GpuContainers.Runtime.Hooks.Compat;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>Versions as the compatibility rules read and compare them.</summary>
[Requirement("HK-100")]
public sealed class DriverVersionTests
{
    [Theory]
    [InlineData("575.57.08", 575, 57, 8, "")]
    [InlineData("v575", 575, 0, 0, "")]
    [InlineData("12.9", 12, 9, 0, "")]
    [InlineData("1.2.3-rc.1+build.7", 1, 2, 3, "rc.1")]
    [InlineData("1-x", 1, 0, 0, "x")]
    [InlineData("1+x", 1, 0, 0, "")]
    [InlineData("18446744073709551615", ulong.MaxValue, 0, 0, "")]
    public void A_version_is_one_to_three_numbers_and_more(string text, ulong major, ulong minor, ulong patch, string prerelease) =>
        Assert.Equal(new DriverVersion(major, minor, patch, prerelease), DriverVersion.Parse(text));

    [Theory]
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
    public void Anything_else_is_unknown(string text) => Assert.Null(DriverVersion.Parse(text));

    [Fact]
    public void A_version_has_at_most_256_bytes()
    {
        Assert.NotNull(DriverVersion.Parse("1-" + new string('a', 254)));
        Assert.Null(DriverVersion.Parse("1-" + new string('a', 255)));
    }

    // semver.org 2.0.0, section 11.
    [Fact]
    public void Versions_are_compared_by_number_and_then_by_the_rules_of_prereleases()
    {
        string[] ascending = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1",
            "1.2", "1.10", "2"];
        for (int i = 0; i < ascending.Length; i++)
        {
            for (int j = 0; j < ascending.Length; j++)
                Assert.Equal(Math.Sign(i - j), Math.Sign(DriverVersion.Parse(ascending[i])!.CompareTo(DriverVersion.Parse(ascending[j]))));
        }
        Assert.Equal(0, DriverVersion.Parse("575.57.08+a")!.CompareTo(DriverVersion.Parse("v575.57.8+b")));
    }

    [Fact]
    public void What_is_written_is_read_again() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong).Sample((a, b, c) => DriverVersion.Parse($"{a}.{b}.{c}") == new DriverVersion(a, b, c, ""));
}
