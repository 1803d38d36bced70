using System.Text;

namespace GpuContainers.Cdi.Tests;

/// <summary>testdata/cdi: what must load, with what it means, and what must not, with what is said about it.</summary>
public sealed class CorpusTests
{
    public static TheoryData<string> Good() => [.. TestData.Corpus("good")];

    public static TheoryData<string> Bad() => [.. TestData.Corpus("bad")];

    // Written anew with UPDATE_GOLDEN=1; the difference is to be read before it is committed.
    [Theory]
    [MemberData(nameof(Good))]
    public void A_good_file_loads_and_means_what_its_golden_text_says(string name)
    {
        string path = Path.Combine(TestData.Folder("good"), name);
        string rewritten = TestData.Yaml(CdiSpecFile.Read(path));
        string golden = path + ".golden";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(golden, rewritten);
        Assert.Equal(File.ReadAllText(golden), rewritten);
    }

    // The file's name is in the message, and the cause.
    [Theory]
    [Requirement("CDI-31", "CDI-50")]
    [MemberData(nameof(Bad))]
    public void A_bad_file_is_refused_with_its_message(string name)
    {
        string path = Path.Combine(TestData.Folder("bad"), name);
        string expected = File.ReadAllText(Path.ChangeExtension(path, ".expected")).TrimEnd('\n');
        CdiException error = Assert.Throws<CdiException>(() => CdiSpecFile.Read(path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.All(error.Problems, problem => Assert.True(problem.Line > 0 || error.Reason == CdiErrorReason.Empty, problem.ToString()));
    }

    [Fact]
    public void Every_bad_file_has_an_expectation_and_every_expectation_a_file()
    {
        string[] files = [.. TestData.Corpus("bad").Select(name => Path.ChangeExtension(name, null))];
        string[] expectations = [
            .. Directory.GetFiles(TestData.Folder("bad"), "*.expected").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!];
        Assert.Equal(expectations, files.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_corpus_is_large_enough() => Assert.True(TestData.Corpus("good").Count() + TestData.Corpus("bad").Count() >= 120);

    // The JSON reader and the YAML reader build the same document from JSON.
    [Theory]
    [Requirement("CDI-7")]
    [MemberData(nameof(Good))]
    public void Json_means_the_same_to_both_readers(string name)
    {
        CdiSpec spec = CdiSpecFile.Read(Path.Combine(TestData.Folder("good"), name));
        byte[] json = CdiSpecWriter.ToJson(spec);
        // A comment behind it makes the text one that only the YAML reader takes.
        byte[] yaml = Encoding.UTF8.GetBytes("# comment\n" + Encoding.UTF8.GetString(json));
        Assert.Equal(json, CdiSpecWriter.ToJson(CdiSpecReader.Read(json, "a.json")));
        Assert.Equal(json, CdiSpecWriter.ToJson(CdiSpecReader.Read(yaml, "a.json")));
    }
}
