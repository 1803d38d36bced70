using System.CommandLine;
using System.Text;
using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Documentation;

/// <summary>The completion script for zsh.</summary>
internal static class ZshCompletion
{
    /// <summary>The script for a tree of commands.</summary>
    public static string Script(Verb root)
    {
        var text = new StringBuilder("#compdef nvidia-ctk\n# made by: nvidia-ctk completion zsh\n_nvidia_ctk() {\n");
        text.Append("    local at='' i\n    local -a candidates\n    for ((i = 2; i < CURRENT; i++)); do\n        case \"$at $words[i]\" in\n");
        foreach (Verb verb in root.Tree.Where(verb => verb.Above is not null))
            text.Append($"            ' {verb.Words}') at=' {verb.Words}' ;;\n");
        text.Append("        esac\n    done\n    case \"$at\" in\n");
        foreach (Verb verb in root.Tree)
            AppendVerb(text, verb);
        text.Append("    esac\n}\nif [ \"$funcstack[1]\" = _nvidia_ctk ]; then _nvidia_ctk \"$@\"; else compdef _nvidia_ctk nvidia-ctk; fi\n");
        return text.ToString();
    }

    private static void AppendVerb(StringBuilder text, Verb verb)
    {
        string words = verb.Words.Length == 0 ? "" : " " + verb.Words;
        text.Append($"        '{words}')\n            case \"$words[CURRENT-1]\" in\n");
        foreach (Option option in verb.OptionsInReach.Where(option => option is not FlagSetting))
        {
            IReadOnlyList<string> choices = ((ISetting)option).Choices;
            string action = choices.Count > 0 ? $"compadd -- {string.Join(' ', choices)}" : "_files";
            text.Append($"                {string.Join('|', CompletionWords.Names(option))}) {action}; return ;;\n");
        }
        text.Append("            esac\n            candidates=(\n");
        foreach (Verb below in verb.VisibleVerbs)
            text.Append($"                {Quoted(below.Name, below.Description)}\n");
        foreach (string word in CompletionWords.Arguments(verb))
            text.Append($"                {Quoted(word, "")}\n");
        foreach (Option option in verb.OptionsInReach)
        {
            foreach (string name in CompletionWords.Names(option))
                text.Append($"                {Quoted(name, option.Description)}\n");
        }
        text.Append("            )\n            _describe nvidia-ctk candidates ;;\n");
    }

    private static string Quoted(string word, string? description) =>
        "'" + (word + (string.IsNullOrEmpty(description) ? "" : ":" + description.Replace(":", "\\:", StringComparison.Ordinal)))
            .Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
