using System.CommandLine;
using System.Text;
using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Documentation;

/// <summary>The completion script for bash.</summary>
internal static class BashCompletion
{
    /// <summary>The script for a tree of commands.</summary>
    public static string Script(Verb root)
    {
        var text = new StringBuilder("# bash completion for nvidia-ctk; made by: nvidia-ctk completion bash\n_nvidia_ctk() {\n");
        text.Append("    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= i\n");
        // "=" is a word of its own for bash.
        text.Append("    if [ \"$cur\" = '=' ]; then cur=; elif [ \"$prev\" = '=' ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n");
        text.Append("    for ((i = 1; i < COMP_CWORD; i++)); do\n        case \"$at ${COMP_WORDS[i]}\" in\n");
        foreach (Verb verb in root.Tree.Where(verb => verb.Above is not null))
            text.Append($"            ' {verb.Words}') at=' {verb.Words}' ;;\n");
        text.Append("        esac\n    done\n    case \"$at\" in\n");
        foreach (Verb verb in root.Tree)
            AppendVerb(text, verb);
        return text.Append("    esac\n}\ncomplete -F _nvidia_ctk nvidia-ctk\n").ToString();
    }

    private static void AppendVerb(StringBuilder text, Verb verb)
    {
        string words = verb.Words.Length == 0 ? "" : " " + verb.Words;
        text.Append($"        '{words}')\n            case \"$prev\" in\n");
        foreach (Option option in verb.OptionsInReach.Where(option => option is not FlagSetting))
        {
            string names = string.Join('|', CompletionWords.Names(option));
            IReadOnlyList<string> choices = ((ISetting)option).Choices;
            string candidates = choices.Count > 0 ? $"-W '{string.Join(' ', choices)}'" : "-f";
            text.Append($"                {names}) mapfile -t COMPREPLY < <(compgen {candidates} -- \"$cur\"); return ;;\n");
        }
        text.Append("            esac\n");
        string all = string.Join(' ', CompletionWords.Of(verb).Concat(verb.OptionsInReach.SelectMany(CompletionWords.Names)));
        text.Append($"            mapfile -t COMPREPLY < <(compgen -W '{all}' -- \"$cur\") ;;\n");
    }
}
