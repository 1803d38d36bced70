using System.CommandLine;
using System.Text;
using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Documentation;

/// <summary>The completion script for fish.</summary>
internal static class FishCompletion
{
    /// <summary>The script for a tree of commands.</summary>
    public static string Script(Verb root)
    {
        var text = new StringBuilder("# fish completion for nvidia-ctk; made by: nvidia-ctk completion fish\n");
        text.Append("function __nvidia_ctk_at\n    set -l at ''\n    for word in (commandline -opc)[2..-1]\n        switch \"$at $word\"\n");
        foreach (Verb verb in root.Tree.Where(verb => verb.Above is not null))
            text.Append($"            case {Quoted(" " + verb.Words)}\n                set at {Quoted(" " + verb.Words)}\n");
        text.Append("        end\n    end\n    test \"$at\" = \"$argv[1]\"\nend\ncomplete -c nvidia-ctk -f\n");
        foreach (Verb verb in root.Tree)
            AppendVerb(text, verb);
        return text.ToString();
    }

    private static void AppendVerb(StringBuilder text, Verb verb)
    {
        string words = verb.Words.Length == 0 ? "" : " " + verb.Words;
        string start = $"complete -c nvidia-ctk -n {Quoted($"__nvidia_ctk_at '{words}'")}";
        foreach (Verb below in verb.VisibleVerbs)
            text.Append($"{start} -a {below.Name} -d {Quoted(below.Description ?? "")}\n");
        foreach (string word in CompletionWords.Arguments(verb))
            text.Append($"{start} -a {word}\n");
        foreach (Option option in verb.OptionsInReach)
        {
            string names = string.Concat(
                CompletionWords.Names(option).Select(name => name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}"));
            IReadOnlyList<string> choices = option is ISetting setting ? setting.Choices : [];
            string value = option is FlagSetting ? "" : choices.Count > 0 ? $" -x -a {Quoted(string.Join(' ', choices))}" : " -r -F";
            text.Append($"{start}{names}{value} -d {Quoted(option.Description ?? "")}\n");
        }
    }

    private static string Quoted(string text) => "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
