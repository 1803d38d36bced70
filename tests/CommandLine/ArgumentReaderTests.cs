using GpuContainers.Diagnostics;

namespace GpuContainers.CommandLine.Tests;

public sealed class ArgumentReaderTests
{
    private static readonly FlagOption s_debug = new("--debug", "", "-d") { Variables = ["T_DEBUG"] };
    private static readonly TextOption s_config = new("--config", "") { Variables = ["T_CONFIG"] };
    private static readonly TextOption s_own = new("--config", "", "", "-c");
    private static readonly FlagOption s_inPlace = new("--in-place", "", "-i");
    private static readonly ListOption s_list = new("--item", "", ["x"]) { Variables = ["T_FIRST", "T_SECOND"] };
    private static readonly ListOption s_whole = new("--whole", "", []) { SplitsAtCommas = false };
    private static readonly FlagOption s_dry = new("--dry-run", "") { Variables = ["T_DRY"] };

    private static readonly Command s_root = new("root", "")
    {
        Options = [s_debug, s_config],
        Commands =
        [
            new Command("group", "")
            {
                Commands = [new Command("leaf", "") { Run = _ => 0, Options = [s_own, s_inPlace, s_list, s_whole, s_dry] }],
            },
        ],
    };

    // The command line that says the same with every option behind its command, and the words that are left.
    private static string Read(string line, params (string Name, string Value)[] environment)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Invocation read = ArgumentReader.Read(s_root, words, name => environment.FirstOrDefault(entry => entry.Name == name).Value, TextWriter.Null);
        return string.Join(' ', Texts(read, read.Command)) + Left(" ! ", read.Words) + Left(" ? ", read.Ignored);
    }

    private static string Left(string mark, IReadOnlyList<string> words) => words.Count > 0 ? mark + string.Join(' ', words) : "";

    private static IEnumerable<string> Texts(Invocation read, Command command)
    {
        IEnumerable<string> options = command.Options.Where(read.IsGiven).SelectMany(option => Values(read, option).Select(value => $"{option.Name}={value}"));
        return command.Parent is null ? options : [.. Texts(read, command.Parent), command.Name, .. options];
    }

    private static string[] Values(Invocation read, Option option) => option switch
    {
        FlagOption flag => [read.Get(flag) ? "true" : "false"],
        TextOption text => [read.Get(text)],
        _ => read.Get((ListOption)option),
    };

    [Theory]
    [Requirement("CT-9")]
    [InlineData("group leaf -dry-run -item a", "group leaf --item=a --dry-run=true")]
    [InlineData("group leaf --item=a,b --item c", "group leaf --item=a --item=b --item=c")]
    [InlineData("group leaf --whole a,b --whole=c", "group leaf --whole=a,b --whole=c")]
    [InlineData("group leaf -ic FILE", "group leaf --config=FILE --in-place=true")]
    [InlineData("group leaf --config a --config=b", "group leaf --config=b")]
    [InlineData("group leaf --item --dry-run", "group leaf --item=--dry-run")]
    [InlineData("group leaf --item=a=b", "group leaf --item=a=b")]
    [InlineData("group leaf --config=", "group leaf --config=")]
    public void Flags_are_read_with_one_or_two_dashes(string line, string expected) => Assert.Equal(expected, Read(line));

    [Theory]
    [Requirement("CT-10")]
    [InlineData("1", true)]
    [InlineData("t", true)]
    [InlineData("T", true)]
    [InlineData("TRUE", true)]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("f", false)]
    [InlineData("F", false)]
    [InlineData("FALSE", false)]
    [InlineData("false", false)]
    [InlineData("False", false)]
    public void Booleans_have_twelve_spellings(string text, bool value) =>
        Assert.Equal($"group leaf --dry-run={(value ? "true" : "false")}", Read($"group leaf --dry-run={text}"));

    [Theory]
    [Requirement("CT-7")]
    [InlineData("-d group leaf")]
    [InlineData("group -d leaf")]
    [InlineData("group leaf --debug")]
    public void Global_flags_stand_anywhere(string line) => Assert.Equal("--debug=true group leaf", Read(line));

    [Fact]
    [Requirement("CT-8", "CF-101")]
    public void An_inner_option_shadows_the_global_one_of_its_name()
    {
        string read = Read("--config=e group leaf --config l", ("T_CONFIG", "x"));
        Assert.Equal("--config=g group leaf --config=l", read.Replace("=e ", "=g ", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("CT-12")]
    public void The_environment_counts_where_the_command_line_is_silent()
    {
        Assert.Equal("group leaf --item=a", Read("group leaf --item a", ("T_FIRST", "b")));
        Assert.Equal("group leaf --item=b --item=c", Read("group leaf", ("T_FIRST", "b,c"), ("T_SECOND", "d")));
        // An empty variable is an empty text, but no list (GN-81).
        Assert.Equal("group leaf", Read("group leaf", ("T_FIRST", ""), ("T_SECOND", "d")));
        Assert.Equal("--config= group leaf", Read("group leaf", ("T_CONFIG", "")));
    }

    [Fact]
    [Requirement("CT-11")]
    public void A_boolean_variable_must_be_one_or_empty()
    {
        Assert.Equal("group leaf --dry-run=false", Read("group leaf", ("T_DRY", "")));
        var error = Assert.Throws<ToolkitException>(() => Read("group leaf", ("T_DRY", "maybe")));
        Assert.Equal("could not parse \"maybe\" as bool value from environment variable \"T_DRY\" for flag dry-run: parse error", error.Message);
    }

    [Theory]
    [Requirement("CT-15")]
    [InlineData("group leaf --bogus", "flag provided but not defined: -bogus")]
    [InlineData("group leaf -bogus=1", "flag provided but not defined: -bogus")]
    [InlineData("group leaf -ix", "flag provided but not defined: -ix")]
    [InlineData("--item=a group leaf", "flag provided but not defined: -item")]
    [InlineData("group leaf --item", "flag needs an argument: --item")]
    [InlineData("group leaf -c", "flag needs an argument: -c")]
    [InlineData("group leaf --dry-run=maybe", "invalid value \"maybe\" for flag -dry-run: parse error")]
    public void Faults_are_named(string line, string message)
    {
        Assert.Equal(message, Assert.Throws<CommandLineException>(() => Read(line)).Message);
    }

    [Theory]
    [Requirement("CT-14")]
    [InlineData("gruop leaf", "No help topic for 'gruop'")]
    [InlineData("group laef", "No help topic for 'laef'")]
    public void Unknown_words_are_no_topics(string line, string message) =>
        Assert.Equal(message, Assert.Throws<UnknownCommandException>(() => Read(line)).Message);

    [Fact]
    [Requirement("CT-16")]
    public void Words_behind_a_leaf_are_handed_back_as_ignored() => Assert.Equal("group leaf --dry-run=true ? a --b", Read("group leaf a --dry-run -- --b"));
}
