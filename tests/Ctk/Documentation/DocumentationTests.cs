using GpuContainers.CommandLine;
using GpuContainers.Ctk.CommandLine;
using GpuContainers.Ctk.Documentation;
using GpuContainers.Ctk.Tests.Cdi;
using Command = GpuContainers.CommandLine.Command;

namespace GpuContainers.Ctk.Tests.Documentation;

public sealed class DocumentationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;
    private readonly Command _root = RootCommand.Create();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_visible_command_has_a_man_page_with_all_its_options()
    {
        Assert.Equal(0, CtkCli.Run("man-pages", "--output", _folder).Status);
        Assert.Equal(_root.Tree.Select(ManPage.Name).Order(StringComparer.Ordinal), Directory.GetFiles(_folder)
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));
        foreach (Command command in _root.Tree)
        {
            string page = File.ReadAllText(Path.Combine(_folder, ManPage.Name(command) + ".1")).Replace("\\-", "-", StringComparison.Ordinal);
            Assert.StartsWith(".TH ", page);
            foreach (Option option in command.OptionsInReach)
                Assert.Contains(option.Name, page, StringComparison.Ordinal);
            foreach (Command below in command.VisibleCommands)
                Assert.Contains(ManPage.Name(below) + "(1)", page, StringComparison.Ordinal);
            foreach (Example example in command.Examples)
                Assert.Contains(example.Line.Replace("\\", "\\e", StringComparison.Ordinal), page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Completion_knows_the_whole_tree(string shell)
    {
        string script = CtkCli.Run("completion", shell).Output;
        foreach (Command command in _root.Tree)
        {
            Assert.Contains($"' {command.Words}'".Replace("' '", "''", StringComparison.Ordinal), script, StringComparison.Ordinal);
            foreach (Option option in command.OptionsInReach)
                Assert.Contains(shell == "fish" ? "-l " + option.Name[2..] : option.Name, script, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("set-list-separator", script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nvidia-ctk sys", "system")]
    [InlineData("nvidia-ctk system create-dev", "create-device-nodes create-dev-char-symlinks")]
    [InlineData("nvidia-ctk config explain nvidia-container-cli.lo", "nvidia-container-cli.load-kmods")]
    [InlineData("nvidia-ctk config --in", "--in-place")]
    [InlineData("nvidia-ctk completion z", "zsh")]
    public void Bash_completes(string line, string candidates)
    {
        string script = Path.Combine(_folder, "completion");
        File.WriteAllText(script, CtkCli.Run("completion", "bash").Output
            + $"COMP_WORDS=({line})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n_nvidia_ctk\necho \"${{COMPREPLY[*]}}\"\n");
        CommandResult result = TestSupport.Command.Run("/bin/bash", [script], [], "", null);
        Assert.Equal(candidates + "\n", result.Output);
    }

    [Theory]
    [InlineData()]
    [InlineData("tcsh")]
    [InlineData("bash", "zsh")]
    public void Other_shells_are_refused_by_name(params string[] shells)
    {
        CommandResult result = CtkCli.Run(["completion", .. shells]);
        Assert.Equal(1, result.Status);
        Assert.Contains("nvidia-ctk completion bash, zsh or fish", result.Errors, StringComparison.Ordinal);
    }
}
