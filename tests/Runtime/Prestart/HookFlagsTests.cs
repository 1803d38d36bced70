using GpuContainers.Runtime.Prestart;

namespace GpuContainers.Runtime.Tests.Prestart;

public sealed class HookFlagsTests
{
    [Theory]
    [Requirement("LG-2")]
    [InlineData("prestart", "", false, false, "prestart")]
    [InlineData("-config /c prestart", "/c", false, false, "prestart")]
    [InlineData("--config /c prestart", "/c", false, false, "prestart")]
    [InlineData("-config=/c --debug poststop", "/c", true, false, "poststop")]
    [InlineData("-debug=false -version=1", "", false, true, "")]
    [InlineData("-debug=0 -debug=T prestart", "", true, false, "prestart")]
    [InlineData("-config -debug prestart", "-debug", false, false, "prestart")]
    [InlineData("-config= prestart", "", false, false, "prestart")]
    [InlineData("-debug true prestart", "", true, false, "true")]
    public void Flags_come_first_with_one_or_two_dashes(string line, string config, bool debug, bool version, string command) =>
        Assert.Equal(new HookFlags(config, debug, version, false, command), Parse(line));

    [Theory]
    [Requirement("LG-3")]
    [InlineData("prestart -config x --nonsense", "prestart")]
    [InlineData("-- prestart", "prestart")]
    [InlineData("-- -debug", "-debug")]
    [InlineData("--", "")]
    [InlineData("- prestart", "-")]
    [InlineData("", "")]
    public void The_first_word_that_is_no_flag_is_the_command(string line, string command) =>
        Assert.Equal(new HookFlags("", false, false, false, command), Parse(line));

    [Theory]
    [Requirement("LG-5")]
    [InlineData("-h")]
    [InlineData("-help")]
    [InlineData("--help prestart")]
    [InlineData("-debug -h -nonsense")]
    public void Help_is_asked_for(string line) => Assert.True(Parse(line).Help);

    [Theory]
    [Requirement("LG-6")]
    [InlineData("-x", "flag provided but not defined: -x")]
    [InlineData("--verbose=1 prestart", "flag provided but not defined: -verbose")]
    [InlineData("-Config=/c", "flag provided but not defined: -Config")]
    [InlineData("-config", "flag needs an argument: -config")]
    [InlineData("-debug=yes", "invalid boolean value \"yes\" for -debug: parse error")]
    [InlineData("-version=", "invalid boolean value \"\" for -version: parse error")]
    [InlineData("---debug", "bad flag syntax: ---debug")]
    [InlineData("-=x", "bad flag syntax: -=x")]
    [InlineData("-x -h", "flag provided but not defined: -x")]
    public void A_bad_flag_is_explained_in_one_line(string line, string expected)
    {
        _ = HookFlags.Parse(Words(line), out string error);
        Assert.Equal(expected, error);
    }

    [Theory]
    [Requirement("LG-2")]
    [InlineData("1,t,T,true,True,TRUE", true)]
    [InlineData("0,f,F,false,False,FALSE", false)]
    public void These_words_are_booleans(string words, bool expected)
    {
        foreach (string word in words.Split(','))
            Assert.Equal(expected, Parse($"-debug={word}").Debug);
    }

    private static HookFlags Parse(string line)
    {
        var flags = HookFlags.Parse(Words(line), out string error);
        Assert.Equal("", error);
        return flags;
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
