namespace GpuContainers.Repository.Tests;

/// <summary>Lines fit on a screen beside another one.</summary>
public sealed class LineRulesTests
{
    private const int Longest = 160;

    [Fact]
    public void Lines_have_at_most_160_columns() =>
        RepositoryFiles.AssertNone(RepositoryFiles.Texts().SelectMany(static file => LongLines(file).Select(line => $"{file}:{line}")));

    [Theory]
    [InlineData(".md", "| a row of a table", false)]
    [InlineData(".md", "text", true)]
    [InlineData(".cs", "text", true)]
    [InlineData(".cs", "text \"\"\"", false)]
    public void What_cannot_be_broken_may_be_longer(string ending, string line, bool isTooLong) =>
        Assert.Equal(isTooLong, TooLong(ending, [line + new string(' ', Longest) + "."]).Any());

    private static IEnumerable<int> LongLines(string file) => TooLong(Path.GetExtension(file), File.ReadAllLines(Checkout.At(file)));

    // Rows of tables, and data of tests that stands as it is between three quotes, cannot be broken.
    private static IEnumerable<int> TooLong(string ending, string[] lines)
    {
        bool isData = false;
        for (int i = 0; i < lines.Length; i++)
        {
            int quotes = ending == ".cs" ? lines[i].Split("\"\"\"").Length - 1 : 0;
            if (lines[i].Length > Longest && !isData && quotes == 0 && !(ending == ".md" && lines[i].StartsWith('|')))
                yield return i + 1;
            isData ^= quotes % 2 == 1;
        }
    }
}
