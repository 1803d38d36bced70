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
    [InlineData("nvidia-ctk runtime configure con", "containerd")]
    [InlineData("nvidia-ctk hook update-l", "update-ldcache")]
    [InlineData("nvidia-ctk config --set disable-r", "disable-require=")]
    [InlineData("nvidia-ctk config --set nvidia-container-runtime.mode = c", "cdi csv")]
    [InlineData("nvidia-ctk config --set = disable-require = t", "true")]
    [InlineData("nvidia-ctk cdi validate --spec-dir /etc/host", "/etc/host.conf /etc/hostname /etc/hosts")]
    public void Bash_completes(string line, string candidates)
    {
        string script = Path.Combine(_folder, "completion");
        File.WriteAllText(script, CtkCli.Run("completion", "bash").Output
            + $"COMP_WORDS=({line})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n_nvidia_ctk\necho \"${{COMPREPLY[*]}}\"\n");
        CommandResult result = TestSupport.Command.Run("/bin/bash", [script], [], "", null);
        Assert.Equal(candidates.Split(' ').Order(StringComparer.Ordinal), result.Output.TrimEnd('\n').Split(' ').Order(StringComparer.Ordinal));
    }

    [Theory]
    [Requirement("CT-202")]
    [InlineData("nvidia-ctk cdi generate --device-id G", "GPU-1 GPU-2")]
    [InlineData("nvidia-cdi-hook chm", "chmod")]
    [InlineData("nvidia-cdi-hook create-symlinks --li", "--link")]
    [InlineData("nvidia-container-cli conf", "configure")]
    [InlineData("nvidia-container-cli configure --comp", "--compute")]
    public void Bash_asks_the_programs_themselves(string line, string candidates)
    {
        string script = Path.Combine(_folder, "completion");
        string function = line.StartsWith("nvidia-ctk ", StringComparison.Ordinal) ? "_nvidia_ctk" : "_nvidia_ctk_other";
        File.WriteAllText(script, "nvidia-ctk() { [ \"$*\" = 'completion devices' ] && printf '0\\n1\\nGPU-1\\nGPU-2\\nall\\n'; }\n"
            + "nvidia-cdi-hook() { [ \"$*\" = 'create-symlinks --help' ] && echo '   --link value  A link'; }\n"
            + "nvidia-container-cli() { [ \"$*\" = 'configure --help' ] && echo ' -c, --compute  x'; }\n"
            + CtkCli.Run("completion", "bash").Output
            + $"COMP_WORDS=({line})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n{function}\necho \"${{COMPREPLY[*]}}\"\n");
        Assert.Equal(candidates + "\n", TestSupport.Command.Run("/bin/bash", [script], [], "", null).Output);
    }

    [Fact]
    [Requirement("CT-202")]
    public void The_devices_of_this_host_can_be_listed() =>
        Assert.EndsWith("all\nnone\n", CtkCli.Run("completion", "devices").Succeeded().Output, StringComparison.Ordinal);

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
