using GpuContainers.Ctk.Tests.Cdi;

namespace GpuContainers.Ctk.Tests.Documentation;

/// <summary>The completion scripts in the shells themselves, those of Debian beside the system where the machine has none.</summary>
public sealed class ShellCompletionTests : IDisposable
{
    // Keys: one completes, one writes down what the line is then, one empties the line.
    private const string Keys = "\u0018\u0019\u0015";

    private readonly string _folder = Directory.CreateTempSubdirectory("shells-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [Requirement("CT-202")]
    [InlineData("nvidia-ctk runt", "runtime")]
    [InlineData("nvidia-ctk runtime configure --set-as", "--set-as-default")]
    [InlineData("nvidia-ctk runtime configure --runtime cont", "containerd")]
    [InlineData("nvidia-ctk completion z", "zsh")]
    [InlineData("nvidia-cdi-hook chm", "chmod")]
    public void Fish_completes(string line, string word)
    {
        string root = Checkout.At("artifacts", "debian", "fish");
        string fish = Shell(root, "usr/bin/fish");
        string script = Write("completion.fish", CtkCli.Run("completion", "fish").Succeeded().Output);
        string typed = $"set -p fish_function_path {root}/usr/share/fish/functions; source {script}; complete -C '{line}'";
        CommandResult result = TestSupport.Command.Run(fish, ["--no-config", "-c", typed], Loader(root));
        Assert.Contains(word, result.Succeeded().Output.Split('\n').Select(static candidate => candidate.Split('\t')[0]));
    }

    [Fact]
    [Requirement("CT-202")]
    public void Zsh_completes()
    {
        (string Line, string Completed)[] cases =
        [
            ("nvidia-ctk runt", "nvidia-ctk runtime "),
            ("nvidia-ctk runtime configure --set-as", "nvidia-ctk runtime configure --set-as-default "),
            ("nvidia-ctk completion fi", "nvidia-ctk completion fish "),
            ("nvidia-cdi-hook chm", "nvidia-cdi-hook chmod "),
            ("nvidia-container-cli conf", "nvidia-container-cli configure "),
        ];
        string root = Checkout.At("artifacts", "debian", "zsh");
        string zsh = Shell(root, "bin/zsh");
        string from = zsh.StartsWith(root, StringComparison.Ordinal) ? root : "";
        string completion = Write("_nvidia-ctk", CtkCli.Run("completion", "zsh").Succeeded().Output);
        string lines = Path.Combine(_folder, "lines");
        // Who types before the shell listens, or before it has answered, types into nothing.
        string typed = string.Concat(cases.Select((c, i) =>
            $"zpty -w -n inner '{c.Line}{Keys}'\n{SimulatedHost.Await($"[ \"$(cat {lines} 2>/dev/null | wc -l)\" -gt {i} ]", "exit 8")}\n"));
        // A shell at a terminal of its own, and somebody who types there.
        string script = Write("typing.zsh", $$"""
            module_path=({{from}}/usr/lib/*-linux-gnu/zsh/*(/N) $module_path)
            zmodload zsh/zpty || exit 9
            zpty inner "{{zsh}} -f -i"
            zpty -w inner "module_path=($module_path); fpath=({{from}}/usr/share/zsh/functions/**/*(/N) \$fpath); autoload -Uz compinit; compinit -u -D"
            zpty -w inner 'source {{completion}}; dump() { print -r -- "$BUFFER" >>{{lines}} }; zle -N dump'
            zpty -w inner 'bindkey "^X" complete-word; bindkey "^Y" dump; zle-line-init() { : >{{lines}}.ready }; zle -N zle-line-init'
            {{SimulatedHost.Await($"[ -e {lines}.ready ]", "exit 7")}}
            {{typed}}
            """);
        TestSupport.Command.Run(zsh, ["-f", script], Loader(root)).Succeeded();
        Assert.Equal(cases.Select(static c => c.Completed), File.ReadAllLines(lines));
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Shell(string root, string path)
    {
        string extracted = Path.Combine(root, path);
        return File.Exists(extracted) ? extracted : Checkout.MachineProgram(Path.GetFileName(path));
    }

    // What an extracted shell needs lies beside it, and what it writes down for the next time goes with the test.
    private KeyValuePair<string, string?>[] Loader(string root)
    {
        IEnumerable<string> folders = new[] { "lib", "usr/lib" }.Select(name => Path.Combine(root, name)).Where(Directory.Exists)
            .SelectMany(static folder => Directory.GetDirectories(folder, "*-linux-gnu"));
        return [new("LD_LIBRARY_PATH", string.Join(':', folders)), new("TERM", "xterm"), new("HOME", _folder)];
    }
}
