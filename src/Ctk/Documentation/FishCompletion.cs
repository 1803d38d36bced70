using GpuContainers.Configuration.Keys;

namespace GpuContainers.Ctk.Documentation;

/// <summary>The completion script for fish.</summary>
internal static class FishCompletion
{
    /// <summary>The script for a tree of commands.</summary>
    public static string Script(Command root)
    {
        var text = new StringBuilder("# fish completion for nvidia-ctk; made by: nvidia-ctk completion fish\n");
        text.Append("function __nvidia_ctk_at\n    set -l at ''\n    for word in (commandline -opc)[2..-1]\n        switch \"$at $word\"\n");
        foreach (Command command in root.Tree.Where(command => command.Parent is not null))
            text.Append($"            case {Quoted(" " + command.Words)}\n                set at {Quoted(" " + command.Words)}\n");
        text.Append("        end\n    end\n    test \"$at\" = \"$argv[1]\"\nend\ncomplete -c nvidia-ctk -f\n");
        foreach (Command command in root.Tree)
            AppendCommand(text, command);
        AppendOther(text, "nvidia-cdi-hook", CompletionWords.HookNames);
        AppendOther(text, "nvidia-container-cli", CompletionWords.ContainerCliCommands);
        return text.ToString();
    }

    private static void AppendCommand(StringBuilder text, Command command)
    {
        string words = command.Words.Length == 0 ? "" : " " + command.Words;
        string start = $"complete -c nvidia-ctk -n {Quoted($"__nvidia_ctk_at '{words}'")}";
        foreach (Command child in command.VisibleCommands)
            text.Append($"{start} -a {child.Name} -d {Quoted(child.Description)}\n");
        foreach (string word in CompletionWords.Arguments(command))
            text.Append($"{start} -a {word}\n");
        foreach (Option option in command.OptionsInReach)
        {
            string names = string.Concat(
                option.Names.Select(name => name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}"));
            string value = option is FlagOption ? "" : Values(option);
            text.Append($"{start}{names}{value} -d {Quoted(option.Description)}\n");
        }
    }

    private static string Values(Option option)
    {
        if (CompletionWords.TakesKey(option))
        {
            IEnumerable<string> all = ConfigKeys.All.Select(key => key.Path + "=")
                .Concat(CompletionWords.KeyValues().SelectMany(key => key.Values.Split(' ').Select(value => $"{key.Key}={value}")));
            return $" -x -a {Quoted(string.Join(' ', all))}";
        }
        if (CompletionWords.TakesDevice(option))
            return $" -x -a '(nvidia-ctk completion {CompletionWords.Devices} 2>/dev/null)'";
        return option.Choices.Count > 0 ? $" -x -a {Quoted(string.Join(' ', option.Choices))}" : " -r -F";
    }

    // The other programs say themselves which options they have.
    private static void AppendOther(StringBuilder text, string program, IEnumerable<string> commands)
    {
        text.Append($"complete -c {program} -n __fish_use_subcommand -a '{string.Join(' ', commands)}'\n");
        text.Append($"complete -c {program} -a '(string match -q -- \"-*\" (commandline -ct); and {program} (commandline -opc)[2] --help 2>/dev/null ");
        text.Append("| string match -ra -- \"--[a-z][a-z0-9-]*\")'\n");
    }

    private static string Quoted(string text) => "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
