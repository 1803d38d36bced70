using GpuContainers.Configuration.Keys;

namespace GpuContainers.Ctk.Documentation;

/// <summary>The completion script for bash.</summary>
internal static class BashCompletion
{
    /// <summary>The script for a tree of commands.</summary>
    public static string Script(Command root)
    {
        var text = new StringBuilder("# bash completion for nvidia-ctk, nvidia-cdi-hook and nvidia-container-cli; made by: nvidia-ctk completion bash\n");
        // Folders get a slash and no blank behind it.
        text.Append("_nvidia_ctk_files() {\n    compopt -o filenames 2>/dev/null\n    mapfile -t COMPREPLY < <(compgen -f -- \"$1\")\n}\n_nvidia_ctk() {\n");
        text.Append("    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at= i\n");
        // "=" is a word of its own for bash.
        text.Append("    if [ \"$cur\" = '=' ]; then cur=; elif [ \"$prev\" = '=' ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n");
        text.Append("    for ((i = 1; i < COMP_CWORD; i++)); do\n        case \"$at ${COMP_WORDS[i]}\" in\n");
        foreach (Command command in root.Tree.Where(command => command.Parent is not null))
            text.Append($"            ' {command.Words}') at=' {command.Words}' ;;\n");
        text.Append("        esac\n    done\n    case \"$at\" in\n");
        foreach (Command command in root.Tree)
            AppendCommand(text, command);
        text.Append("    esac\n}\n");
        AppendOthers(text);
        return text.Append("complete -F _nvidia_ctk nvidia-ctk\ncomplete -F _nvidia_ctk_other nvidia-cdi-hook nvidia-container-cli\n").ToString();
    }

    private static void AppendCommand(StringBuilder text, Command command)
    {
        string words = command.Words.Length == 0 ? "" : " " + command.Words;
        text.Append($"        '{words}')\n            case \"$prev\" in\n");
        foreach (Option option in command.OptionsInReach.Where(option => option is not FlagOption))
            text.Append($"                {string.Join('|', option.Names)}) {Values(option)}; return ;;\n");
        if (command.OptionsInReach.Any(CompletionWords.TakesKey))
        {
            foreach ((string key, string values) in CompletionWords.KeyValues())
                text.Append($"                {key}) {FromList($"'{values}'")}; return ;;\n");
        }
        text.Append("            esac\n");
        IEnumerable<string> next = command.VisibleCommands.Select(child => child.Name).Concat(CompletionWords.Arguments(command));
        string all = string.Join(' ', next.Concat(command.OptionsInReach.SelectMany(option => option.Names)));
        text.Append($"            {FromList($"'{all}'")} ;;\n");
    }

    private static string Values(Option option)
    {
        if (CompletionWords.TakesKey(option))
            return "compopt -o nospace 2>/dev/null; " + FromList($"'{string.Join(' ', ConfigKeys.All.Select(key => key.Path + "="))}'");
        if (CompletionWords.TakesDevice(option))
            return FromList($"\"$(nvidia-ctk completion {CompletionWords.Devices} 2>/dev/null)\"");
        return option.Choices.Count > 0 ? FromList($"'{string.Join(' ', option.Choices)}'") : "_nvidia_ctk_files \"$cur\"";
    }

    private static string FromList(string words) => $"mapfile -t COMPREPLY < <(compgen -W {words} -- \"$cur\")";

    // The other programs say themselves which options they have.
    private static void AppendOthers(StringBuilder text)
    {
        text.Append("_nvidia_ctk_other() {\n    local cur=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} command= words i\n");
        text.Append("    for ((i = 1; i < COMP_CWORD; i++)); do\n");
        text.Append("        case ${COMP_WORDS[i]} in -*) ;; *) command=${COMP_WORDS[i]}; break ;; esac\n    done\n");
        text.Append("    words=$(\"$program\" $command --help 2>/dev/null | grep -oE -- '--[a-z][a-z0-9-]*')\n    if [ -z \"$command\" ]; then\n");
        text.Append($"        case $program in *hook) words+=' {string.Join(' ', CompletionWords.HookNames)}' ;; ");
        text.Append($"*) words+=' {string.Join(' ', CompletionWords.ContainerCliCommands)}' ;; esac\n    fi\n");
        text.Append("    case $cur in\n        -*) ;;\n        *) if [ -n \"$command\" ]; then _nvidia_ctk_files \"$cur\"; return; fi ;;\n    esac\n");
        text.Append($"    {FromList("\"$words\"")}\n}}\n");
    }
}
