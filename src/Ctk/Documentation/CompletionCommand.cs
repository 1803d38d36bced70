using GpuContainers.CommandLine;
using GpuContainers.Diagnostics;

namespace GpuContainers.Ctk.Documentation;

/// <summary><c>completion SHELL</c>: a script that completes commands and options, made from the command tree.</summary>
internal static class CompletionCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new("completion", "Print a completion script for bash, zsh or fish")
    {
        Run = Run,
        Examples =
        [
            new Example("for bash, for all users", "nvidia-ctk completion bash > /usr/share/bash-completion/completions/nvidia-ctk"),
            new Example("for zsh", "nvidia-ctk completion zsh > /usr/share/zsh/site-functions/_nvidia-ctk"),
            new Example("for fish", "nvidia-ctk completion fish > /usr/share/fish/vendor_completions.d/nvidia-ctk.fish"),
        ],
        Operands = "SHELL",
        OperandChoices = ["bash", "zsh", "fish"],
    };

    private static int Run(Invocation invocation)
    {
        Command root = invocation.Command.Parent!;
        string script = invocation.Words switch
        {
            ["bash"] => BashCompletion.Script(root),
            ["zsh"] => ZshCompletion.Script(root),
            ["fish"] => FishCompletion.Script(root),
            [CompletionWords.Devices] => string.Join('\n', CompletionWords.HostDevices()) + "\n",
            _ => throw new ToolkitException("name one shell: nvidia-ctk completion bash, zsh or fish"),
        };
        invocation.Output.Write(script);
        return 0;
    }
}
