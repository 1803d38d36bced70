using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Documentation;

/// <summary>What can be typed next, for all shells.</summary>
internal static class CompletionWords
{
    /// <summary>The words that a command itself takes, where there is a list of them.</summary>
    public static IEnumerable<string> Arguments(Command command) => command.Words switch
    {
        "completion" => ["bash", "zsh", "fish"],
        "config explain" => Configuration.Keys.ConfigKeys.All.Select(key => key.Path),
        _ => [],
    };
}
