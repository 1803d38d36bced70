using GpuContainers.Configuration;

namespace GpuContainers.Runtime.Prestart;

/// <summary>The command line of the hook program (LG-2, LG-3).</summary>
/// <param name="Config">The configuration file; empty when it is not named.</param>
/// <param name="Debug">Whether failures show where they happened, and the CLI logs to standard error.</param>
/// <param name="Version">Whether the version is asked for.</param>
/// <param name="Help">Whether the usage is asked for.</param>
/// <param name="Command">The first word that is not a flag; empty when there is none.</param>
internal sealed record HookFlags(string Config, bool Debug, bool Version, bool Help, string Command)
{
    /// <summary>Reads the arguments behind the program name.</summary>
    /// <param name="arguments">The words.</param>
    /// <param name="error">The line that explains what is wrong; empty when nothing is (LG-6).</param>
    public static HookFlags Parse(IReadOnlyList<string> arguments, out string error)
    {
        var flags = new HookFlags("", false, false, false, "");
        error = "";
        int index = 0;
        while (index < arguments.Count && error.Length == 0)
        {
            string word = arguments[index++];
            if (word == "--")
                break;
            if (word.Length < 2 || word[0] != '-')
                return flags with { Command = word };
            flags = flags.With(word, arguments, ref index, out error);
            if (flags.Help)
                return flags;
        }
        return error.Length == 0 && index < arguments.Count ? flags with { Command = arguments[index] } : flags;
    }

    private HookFlags With(string word, IReadOnlyList<string> arguments, ref int index, out string error)
    {
        // One or two dashes are equal.
        string flag = word.StartsWith("--", StringComparison.Ordinal) ? word[2..] : word[1..];
        int equals = flag.IndexOf('=');
        string name = equals < 0 ? flag : flag[..equals];
        string? value = equals < 0 ? null : flag[(equals + 1)..];
        error = "";
        if (name.Length == 0 || name[0] == '-')
        {
            error = $"bad flag syntax: {word}";
            return this;
        }
        switch (name)
        {
            case "config":
                if (value is null && index == arguments.Count)
                    error = "flag needs an argument: -config";
                else
                    return this with { Config = value ?? arguments[index++] };
                return this;
            case "debug":
                return this with { Debug = Boolean(name, value, ref error) };
            case "version":
                return this with { Version = Boolean(name, value, ref error) };
            case "h" or "help":
                return this with { Help = true };
            default:
                error = $"flag provided but not defined: -{name}";
                return this;
        }
    }

    private static bool Boolean(string name, string? value, ref string error)
    {
        if (value is null || GoBoolean.Parse(value) is true)
            return true;
        if (GoBoolean.Parse(value) is null)
            error = $"invalid boolean value \"{value}\" for -{name}: parse error";
        return false;
    }
}
