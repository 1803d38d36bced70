using GpuContainers.Configuration.Keys;

namespace GpuContainers.Ctk.Documentation;

/// <summary>The completion script for zsh.</summary>
internal static class ZshCompletion
{
    /// <summary>The script for a tree of commands.</summary>
    public static string Script(Command root)
    {
        var text = new StringBuilder("#compdef nvidia-ctk nvidia-cdi-hook nvidia-container-cli\n# made by: nvidia-ctk completion zsh\n_nvidia_ctk() {\n");
        text.Append("    local at='' i\n    local -a candidates\n    for ((i = 2; i < CURRENT; i++)); do\n        case \"$at $words[i]\" in\n");
        foreach (Command command in root.Tree.Where(command => command.Parent is not null))
            text.Append($"            ' {command.Words}') at=' {command.Words}' ;;\n");
        text.Append("        esac\n    done\n    case \"$at\" in\n");
        foreach (Command command in root.Tree)
            AppendCommand(text, command);
        text.Append("    esac\n}\n");
        AppendOthers(text);
        text.Append("_nvidia_ctk_all() { if [[ $service == nvidia-ctk ]]; then _nvidia_ctk \"$@\"; else _nvidia_ctk_other \"$@\"; fi }\n");
        text.Append("if [ \"$funcstack[1]\" = _nvidia-ctk ]; then _nvidia_ctk_all \"$@\"; ");
        text.Append("else compdef _nvidia_ctk_all nvidia-ctk nvidia-cdi-hook nvidia-container-cli; fi\n");
        return text.ToString();
    }

    private static void AppendCommand(StringBuilder text, Command command)
    {
        string words = command.Words.Length == 0 ? "" : " " + command.Words;
        text.Append($"        '{words}')\n            case \"$words[CURRENT-1]\" in\n");
        foreach (Option option in command.OptionsInReach.Where(option => option is not FlagOption))
        {
            text.Append($"                {string.Join('|', option.Names)}) {Values(option)}; return ;;\n");
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

    private static string Values(Option option)
    {
        if (CompletionWords.TakesKey(option))
            return $"if [[ $PREFIX == *=* ]]; then compset -P '*='; compadd -- true false; else compadd -S = -- {Keys}; fi";
        if (CompletionWords.TakesDevice(option))
            return $"compadd -- ${{(f)\"$(nvidia-ctk completion {CompletionWords.Devices} 2>/dev/null)\"}}";
        return option.Choices.Count > 0 ? $"compadd -- {string.Join(' ', option.Choices)}" : "_files";
    }

    private static string Keys => string.Join(' ', ConfigKeys.All.Select(key => key.Path));

    // The other programs say themselves which options they have.
    private static void AppendOthers(StringBuilder text)
    {
        text.Append("_nvidia_ctk_other() {\n    if ((CURRENT == 2)) && [[ $PREFIX != -* ]]; then\n        case $service in\n");
        text.Append($"            nvidia-cdi-hook) compadd -- {string.Join(' ', CompletionWords.HookNames)} ;;\n");
        text.Append($"            *) compadd -- {string.Join(' ', CompletionWords.ContainerCliCommands)} ;;\n        esac\n");
        text.Append("    elif [[ $PREFIX == -* ]]; then\n        local command=${words[2]:#-*}\n");
        text.Append("        compadd -- ${(f)\"$($words[1] $command --help 2>/dev/null | grep -oE -- '--[a-z][a-z0-9-]*')\"}\n");
        text.Append("    else\n        _files\n    fi\n}\n");
    }

    private static string Quoted(string word, string? description) =>
        "'" + (word + (string.IsNullOrEmpty(description) ? "" : ":" + description.Replace(":", "\\:", StringComparison.Ordinal)))
            .Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
