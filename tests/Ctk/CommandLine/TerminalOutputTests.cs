using System.Text;
using GpuContainers.CommandLine;
using GpuContainers.Ctk.CommandLine;
using Command = GpuContainers.CommandLine.Command;

namespace GpuContainers.Ctk.Tests.CommandLine;

/// <summary>What a terminal of 80 columns shows, and what is left of it on poorer ones and in a pipe.</summary>
[Requirement("CT-201")]
public sealed class TerminalOutputTests : IDisposable
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "nvidia-ctk-cli");

    // A path of always the same length, because tables are as wide as what they hold.
    private readonly string _folder = Directory.CreateDirectory("/tmp/nvct" + Path.GetRandomFileName()[..6]).FullName;

    public TerminalOutputTests()
    {
        File.WriteAllText(_folder + "/config.toml", "[nvidia-container-cli]\nldconfig = \"@/sbin/ldconfig\"\nuser = \"\"\n"
            + "[nvidia-container-runtime]\nmode = \"cdi\"\nruntimes = [\"/usr/local/sbin/runc\", \"/usr/bin/crun\", \"/opt/kata/runc\"]\n");
        File.WriteAllText(_folder + "/nvidia.yaml", "cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n- {name: \"0\", containerEdits: {env: [A=1]}}\n"
            + "- {name: all, containerEdits: {env: [A=1]}}\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Names() => ["help", "explain", "list", "unknown"];

    private string[] Lines(string name) => name switch
    {
        "help" => ["cdi generate --help"],
        "explain" => [$"config explain --config-file={_folder}/config.toml"],
        "list" => [$"cdi list --format=table --spec-dir={_folder}"],
        _ => ["runtime confgiure", "configure"],
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_terminal_of_80_columns_shows_it_as_recorded(string name)
    {
        string shown = OnTerminal(name, "TERM=xterm LC_ALL=C.UTF-8");
        AssertRecorded(name, shown.Replace(_folder, "@", StringComparison.Ordinal));
    }

    [Fact]
    public void All_help_texts_are_as_recorded()
    {
        var help = new StringWriter();
        foreach (Command command in RootCommand.Create().Tree)
        {
            // A line of a description is wrapped for itself: where it ends within a sentence, the text has a gap.
            Assert.All(command.Details.Split('\n'), static line => Assert.True(line.Length == 0 || line[^1] is '.' or ':', line));
            help.Write($"$ nvidia-ctk {command.Words} --help\n");
            HelpText.Write(command, help, Screen.Columns);
        }
        AssertRecorded("all-help", help.ToString());
        Screen.AssertNoRequirementId(help.ToString());
    }

    [Theory]
    [InlineData("confgi", "; did you mean 'config'?")]
    [InlineData("runtime confgiure", "; did you mean 'configure'?")]
    [InlineData("help sistem", "; did you mean 'system'?")]
    [InlineData("configure", "; did you mean 'runtime configure'?")]
    [InlineData("xyz", "")]
    [Requirement("CT-14")]
    public void A_word_that_is_no_command_gets_the_nearest_that_is(string line, string suggestion)
    {
        var errors = new MemoryStream();
        var program = new CommandLineProgram(RootCommand.Create(), new StringWriter(), errors.Write, Diagnostics.LogFormat.Text, _ => null);
        Assert.Equal(3, program.Run(line.Split(' ')));
        Assert.Equal($"No help topic for '{line.Split(' ')[^1]}'{suggestion}\n", Encoding.UTF8.GetString(errors.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Poor_terminals_get_plain_letters(string name)
    {
        string usual = OnTerminal(name, "TERM=xterm LC_ALL=C.UTF-8 NO_COLOR=1");
        Assert.DoesNotContain(Screen.Escape, usual);
        Assert.Equal(usual, OnTerminal(name, "TERM=dumb LC_ALL=C.UTF-8"));
        string plain = OnTerminal(name, "TERM=xterm LC_ALL=C");
        Assert.All(Screen.WithoutAttributes(plain), letter => Assert.InRange(letter, '\n', '~'));
        Assert.All(plain.Split('\n'), line => Assert.InRange(Screen.WithoutAttributes(line).Length, 0, Screen.Columns));
        Assert.Equal(usual.Split('\n').Length, plain.Split('\n').Length);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pipe_gets_no_attributes(string name)
    {
        string piped = TestSupport.Command.Run("/bin/sh", ["-c", Script(name) + " 2>&1 | cat"], [new("TERM", "xterm"), new("LC_ALL", "C.UTF-8")]).Output;
        Assert.DoesNotContain(Screen.Escape, piped);
        if (name != "list")
            Assert.Equal(File.ReadAllText(Checkout.At("testdata", "terminal", name + ".txt")), piped.Replace(_folder, "@", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("list", "+", "┌")]
    public void Frames_are_drawn_with_what_the_locale_has(string name, string ascii, string unicode)
    {
        Assert.Contains(ascii, OnTerminal(name, "TERM=xterm LC_ALL=C"), StringComparison.Ordinal);
        Assert.Contains(unicode, OnTerminal(name, "TERM=xterm LC_ALL=C.UTF-8"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(120)]
    public void Help_follows_the_width_of_the_terminal(int columns)
    {
        string help = Run($"stty cols {columns}; {s_program} runtime configure --help", "TERM=xterm");
        int longest = help.Split('\n').Max(line => line.Length);
        // Words that cannot be broken may stand out in a narrow one.
        Assert.InRange(longest, columns - 20, columns == 40 ? 70 : columns);
    }

    private static void AssertRecorded(string name, string shown)
    {
        Screen.AssertRecorded(name, shown);
        Assert.All(shown.Split('\n'), static line => Assert.InRange(Screen.WithoutAttributes(line).Length, 0, Screen.Columns));
    }

    private string OnTerminal(string name, string environment) => Run($"stty cols {Screen.Columns}; {Script(name)}", environment);

    private static string Run(string script, string environment)
    {
        CommandResult result = TestSupport.Command.Run(
            "/usr/bin/env", ["-i", "PATH=/usr/bin:/bin", .. environment.Split(' '), "script", "-qec", script, "/dev/null"]);
        return result.Output.Replace("\r", "", StringComparison.Ordinal);
    }

    private string Script(string name) => "{ " + string.Concat(Lines(name).Select(line => $"echo '$ nvidia-ctk {line}'; {s_program} {line}; ")) + "true; }";
}
