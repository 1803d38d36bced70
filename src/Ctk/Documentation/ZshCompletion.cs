using System.Text;
using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Documentation;

/// <summary>The completion script for zsh.</summary>
internal static class ZshCompletion
{
    /// <summary>The script for a tree of commands.</summary>
    public static string Script(Command root)
    {
        var text = new StringBuilder("#compdef nvidia-ctk\n# made by: nvidia-ctk completion zsh\n_nvidia_ctk() {\n");
        text.Append("    local at='' i\n    local -a candidates\n    for ((i = 2; i < CURRENT; i++)); do\n        case \"$at $words[i]\" in\n");
        foreach (Command command in root.Tree.Where(command => command.Parent is not null))
            text.Append($"            ' {command.Words}') at=' {command.Words}' ;;\n");
        text.Append("        esac\n    done\n    case \"$at\" in\n");
        foreach (Command command in root.Tree)
            AppendCommand(text, command);
        text.Append("    esac\n}\nif [ \"$funcstack[1]\" = _nvidia_ctk ]; then _nvidia_ctk \"$@\"; else compdef _nvidia_ctk nvidia-ctk; fi\n");
        return text.ToString();
    }

    private static void AppendCommand(StringBuilder text, Command command)
    {
        string words = command.Words.Length == 0 ? "" : " " + command.Words;
        text.Append($"        '{words}')\n            case \"$words[CURRENT-1]\" in\n");
        foreach (Option option in command.OptionsInReach.Where(option => option is not FlagOption))
        {
            IReadOnlyList<string> choices = option.Choices;
            string action = choices.Count > 0 ? $"compadd -- {string.Join(' ', choices)}" : "_files";
            text.Append($"                {string.Join('|', option.Names)}) {action}; return ;;\n");
        }
        text.Append("            esac\n            candidates=(\n");
        foreach (Command child in command.VisibleCommands)
            text.Append($"                {Quoted(child.Name, child.Description)}\n");
        foreach (string word in CompletionWords.Arguments(command))
            text.Append($"                {Quoted(word, "")}\n");
        foreach (Option option in command.OptionsInReach)
        {
            foreach (string name in option.Names)
                text.Append($"                {Quoted(name, option.Description)}\n");
        }
        text.Append("            )\n            _describe nvidia-ctk candidates ;;\n");
    }

    private static string Quoted(string word, string? description) =>
        "'" + (word + (string.IsNullOrEmpty(description) ? "" : ":" + description.Replace(":", "\\:", StringComparison.Ordinal)))
            .Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
