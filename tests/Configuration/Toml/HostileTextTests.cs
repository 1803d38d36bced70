using System.Text;
using GpuContainers.Configuration.Toml;

namespace GpuContainers.Configuration.Tests.Toml;

/// <summary>Texts that nobody writes by hand: each ends in a result or in one line with line and column.</summary>
[Requirement("SEC-26")]
public sealed class HostileTextTests
{
    public static TheoryData<string, string> Refused => new()
    {
        { "\"\\", "(1, 3): " },
        { "'", "(1, " },
        { "x = \"\\u", "(1, " },
        { "x = \"\"\"\\", "(1, " },
        { "a = 1\nb = \"\\", "(2, " },
        { Repeated(100_000, static number => $"[t{number}]\n"), "(3001, 1): more than 3000 keys and tables" },
        { Repeated(90_000, static number => $"k{number} = 1\n"), "(3001, 7): more than 3000 keys and tables" },
        { new string('\n', 1 << 20), "(60001, 1): more than 60000 words, signs and lines" },
        { Repeated(500_000, static _ => "#\n"), "(30001, 1): more than 60000 words, signs and lines" },
        { "x = [" + Repeated(300_000, static _ => "1,") + "]", "(1, 60001): more than 60000 words, signs and lines" },
        { "x = [" + Repeated(200_000, static _ => "[],") + "]", "(1, 60001): more than 60000 words, signs and lines" },
        { "x = \"" + new string('a', 1 << 20) + "\"", "(1, 1): more than 1 MiB" },
        { "x = {" + Repeated(100_000, static number => $"k{number}=1,") + "}", "(1, " },
        { "[a" + Repeated(100_000, static _ => ".a") + "]", "(1, 131): a key" },
        { "a" + Repeated(100_000, static _ => ".a") + " = 1", "(1, 130): a key" },
        { "x = " + new string('[', 100_000), "(1, " },
        { "x = " + Repeated(100_000, static _ => "{a="), "(1, " },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_text_that_is_no_configuration_is_refused_with_its_place(string text, string beginning)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => TomlDocument.Parse(text));
        Assert.StartsWith(beginning, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        error = Assert.Throws<ConfigurationException>(() => ConfigLoader.Parse(Encoding.UTF8.GetBytes(text), "/c.toml"));
        Assert.StartsWith("failed to load specified config file: (", error.Message, StringComparison.Ordinal);
    }

    // What only looks like keys does not count.
    [Fact]
    public void Comments_strings_and_lists_may_be_long()
    {
        string text = Repeated(5000, static _ => "# a = [b.c.d]\n") + "a = \"" + Repeated(5000, static _ => "x=.") + "\"\nb = \"\"\"\n" +
            Repeated(5000, static _ => "[x] = 'y'\n") + "\"\"\"\nc = ['"
                + Repeated(5000, static _ => "=[.]',\n'") + "']\nd = " + Repeated(60, static _ => "1.5,") + "\n";
        text = text.Replace("d = ", "d = [", StringComparison.Ordinal).TrimEnd('\n') + "]\n";
        Assert.Equal(["a", "b", "c", "d"], TomlDocument.Parse(text).Root.Entries.Select(static entry => entry.Name));
    }

    private static string Repeated(int count, Func<int, string> part) => string.Concat(Enumerable.Range(0, count).Select(part));
}
