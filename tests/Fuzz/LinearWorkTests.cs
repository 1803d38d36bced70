using System.Globalization;
using GpuContainers.Fuzz.Tests.Runner;

namespace GpuContainers.Fuzz.Tests;

/// <summary>
/// The readers of texts that others write do work in proportion to the text: four times the text, about four times the branches taken and bytes allocated.
/// Where a bound lets no larger text through, the work for that is counted instead.
/// </summary>
public sealed class LinearWorkTests(InstrumentedCopy copy) : IClassFixture<InstrumentedCopy>
{
    private const int Growth = 4;

    // For a mebibyte of text. A branch takes a few nanoseconds, so that this is a second on any machine that has GPUs.
    private const long MostBranches = 200_000_000, MostBytes = 1L << 30;

    /// <summary>Target, and what is repeated: "#" is its number, what stands before and behind "…" is written once.</summary>
    public static TheoryData<string, string> Texts => new()
    {
        { "toml-document", "[[t]]\n" }, { "toml-document", "k# = 1\n" }, { "toml-document", "x = [… 1,…]\n" },
        { "toml-document", "x = \"…\\\\…\"\n" }, { "toml-document", "# c\n" }, { "toml-document", "x = [… [1],…]\n" }, { "toml-document",
            "[a.b#.c]\nd = 'e'\n" },
        { "toolkit-config", "k# = 1\n" }, { "toolkit-config", "x = [… \"a\",…]\n" },
        { "toolkit-config", "[a…-runtime…]\n" },
        { "oci-document", "{\"process\":{\"env\":[\"A=b\"… ,\"A#=b\"…]}}" }, { "oci-document",
            "{\"mounts\":[{}…,{\"destination\":\"/a#\",\"source\":\"/b\"}…]}" },
        { "oci-document", "{\"annotations\":{\"a\":\"b\"…,\"k#\":\"v\"…}}" }, { "oci-document", "{\"a\":0…,\"m#\":0…}" }, { "oci-document",
            "{\"a\":[0…,[0]…]}" },
        { "oci-document", "{\"a\":\"…\\\\u0041…\"}" }, { "oci-document", "{\"linux\":{\"devices\":[{}…,{\"path\":\"/dev/#\",\"type\":\"c\"}…]}}" },
        { "engine-json", "{\"a\":0…,\"m#\":0…}" }, { "engine-json", "{\"a\":[0…,0…]}" }, { "engine-json",
            "{\"runtimes\":{\"r\":{}…,\"r#\":{\"path\":\"p\"}…}}" },
        { "hook-state", "{\"a\":0…,\"m#\":0…}" }, { "hook-state", "{\"annotations\":{\"a\":\"b\"…,\"k#\":\"v\"…}}" },
        { "cdi-spec", Spec("{\"name\":\"a\",\"containerEdits\":{}}…,{\"name\":\"d#\",\"containerEdits\":{\"env\":[\"A=b\"]}}…") },
        { "ld-so-conf", "/opt/a#\n" }, { "ld-so-conf", "include /x/#*.conf\n" }, { "ld-so-conf", "#\n" }, { "host-texts", "lib, /usr/lib/l#.so\n" },
    };

    [Theory]
    [Requirement("SEC-26")]
    [MemberData(nameof(Texts))]
    public void Work_grows_as_the_text_does(string target, string pattern)
    {
        const int count = 600;
        string[] texts = [Repeat(pattern, 1), Repeat(pattern, count), Repeat(pattern, count * Growth), Repeat(pattern, (1 << 20) / pattern.Length)];
        (long Branches, long Bytes)[] costs = copy.Count(target, texts);
        (long small, long large) = (costs[1].Branches - costs[0].Branches, costs[2].Branches - costs[0].Branches);
        Assert.True(large <= (small * (Growth + 1)) + 10_000, $"{small} branches for {count}, {large} for {Growth} times as many");
        (small, large) = (costs[1].Bytes - costs[0].Bytes, costs[2].Bytes - costs[0].Bytes);
        Assert.True(large <= (small * (Growth + 1)) + 1_000_000, $"{small} bytes for {count}, {large} for {Growth} times as many");
        Assert.InRange(costs[3].Branches, 0, MostBranches);
        Assert.InRange(costs[3].Bytes, 0, MostBytes);
    }

    // The parser of TOML takes the square of the number of tables, and much memory for each word: so there is a bound, and this is the work just below it.
    [Theory]
    [Requirement("SEC-26")]
    [InlineData("toml-document", "[t#]\n", 2900)]
    [InlineData("toolkit-config", "[t#]\n", 2900)]
    [InlineData("toml-document", "k# = 1\n", 2900)]
    [InlineData("toolkit-config", "accept-nvidia-visible-devices-envvar-when-unprivileged# = true\n", 2900)]
    [InlineData("toml-document", "x = [… 1,…]\n", 19_000)]
    [InlineData("toml-document", "x = [… [1],…]\n", 11_000)]
    [InlineData("toml-document", "#\n", 29_000)]
    [InlineData("toolkit-config", "\n", 59_000)]
    public void The_largest_text_takes_a_bounded_number_of_steps(string target, string pattern, int count)
    {
        (long Branches, long Bytes)[] costs = copy.Count(target, Repeat(pattern, 1), Repeat(pattern, count), Repeat(pattern, 4 * count));
        Assert.InRange(costs[1].Branches, costs[0].Branches + count, MostBranches);
        Assert.InRange(costs[1].Bytes, 0, MostBytes);
        // Beyond the bound it is refused by a look at the text.
        Assert.InRange(costs[2].Branches, 0, costs[1].Branches / 2);
    }

    [Fact]
    public void Branches_are_counted() => Assert.InRange(copy.Count("oci-document", "{\"a\":1}")[0].Branches, 10, 1_000_000);

    private static string Spec(string devices) => $"{{\"cdiVersion\":\"0.6.0\",\"kind\":\"v/c\",\"devices\":[{devices}]}}";

    private static string Repeat(string pattern, int count)
    {
        string[] parts = pattern.Split('…');
        string part = parts.Length == 3 ? parts[1] : pattern;
        string all = string.Concat(Enumerable.Range(0, count).Select(number => part.Replace("#", number.ToString(CultureInfo.InvariantCulture),
            StringComparison.Ordinal)));
        return parts.Length == 3 ? parts[0] + all + parts[2] : all;
    }
}

/// <summary>A copy of this program that counts branches.</summary>
public sealed class InstrumentedCopy : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steps-").FullName;
    private readonly Lazy<string> _program;

    public InstrumentedCopy() => _program = new Lazy<string>(Make);

    internal (long Branches, long Bytes)[] Count(string target, params string[] texts)
    {
        string[] files = [.. texts.Select((text, index) => Write(index, text))];
        string output = Command.Run(_program.Value, ["steps", target, .. files]).Succeeded().Output;
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' '))
            .Select(static n => (long.Parse(n[0], CultureInfo.InvariantCulture), long.Parse(n[1], CultureInfo.InvariantCulture)))];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(int index, string text)
    {
        string file = Path.Combine(_folder, index.ToString(CultureInfo.InvariantCulture));
        File.WriteAllText(file, text);
        return file;
    }

    private string Make()
    {
        string folder = Path.Combine(_folder, "program"), name = Path.GetFileName(Environment.ProcessPath!);
        Command.Run("/bin/cp", "-r", AppContext.BaseDirectory, folder).Succeeded();
        Command.Run(Environment.ProcessPath!, ["instrument", folder], [KeyValuePair.Create<string, string?>(StepCount.Variable, "1")]).Succeeded();
        return Path.Combine(folder, name);
    }
}
