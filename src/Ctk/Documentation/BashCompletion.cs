using System.Text;
using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Documentation;

/// <summary>The completion script for bash.</summary>
internal static class BashCompletion
{
    /// <summary>The script for a tree of commands.</summary>
    public static string Script(Command root)
    {
        var text = new StringBuilder("# bash completion for nvidia-ctk; made by: nvidia-ctk completion bash\n_nvidia_ctk() {\n");
        text.Append("    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= i\n");
        // "=" is a word of its own for bash.
        text.Append("    if [ \"$cur\" = '=' ]; then cur=; elif [ \"$prev\" = '=' ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n");
        text.Append("    for ((i = 1; i < COMP_CWORD; i++)); do\n        case \"$at ${COMP_WORDS[i]}\" in\n");
        foreach (Command command in root.Tree.Where(command => command.Parent is not null))
            text.Append($"            ' {command.Words}') at=' {command.Words}' ;;\n");
        text.Append("        esac\n    done\n    case \"$at\" in\n");
        foreach (Command command in root.Tree)
            AppendCommand(text, command);
        return text.Append("    esac\n}\ncomplete -F _nvidia_ctk nvidia-ctk\n").ToString();
    }

    private static void AppendCommand(StringBuilder text, Command command)
    {
        string words = command.Words.Length == 0 ? "" : " " + command.Words;
        text.Append($"        '{words}')\n            case \"$prev\" in\n");
        foreach (Option option in command.OptionsInReach.Where(option => option is not FlagOption))
        {
            string names = string.Join('|', option.Names);
            string candidates = option.Choices.Count > 0 ? $"-W '{string.Join(' ', option.Choices)}'" : "-f";
            text.Append($"                {names}) mapfile -t COMPREPLY < <(compgen {candidates} -- \"$cur\"); return ;;\n");
        }
        text.Append("            esac\n");
        IEnumerable<string> next = command.VisibleCommands.Select(child => child.Name).Concat(CompletionWords.Arguments(command));
        string all = string.Join(' ', next.Concat(command.OptionsInReach.SelectMany(option => option.Names)));
        text.Append($"            mapfile -t COMPREPLY < <(compgen -W '{all}' -- \"$cur\") ;;\n");
    }
}
