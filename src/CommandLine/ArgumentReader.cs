using GpuContainers.Configuration;
using GpuContainers.Diagnostics;

namespace GpuContainers.CommandLine;

/// <summary>
/// From arguments and variables to a command with the values of its options: flags with one dash or two, <c>--flag=false</c> in twelve spellings,
/// bundled short flags with a value, global flags anywhere, values from the environment, lists split at commas.
/// </summary>
internal sealed class ArgumentReader
{
    private readonly Queue<string> _rest;
    private readonly Func<string, string?> _environment;
    private readonly Dictionary<Option, List<string>> _values = [];
    private readonly List<string> _words = [];
    private readonly List<string> _ignored = [];
    private Command _command;

    // The switch that the argument before was, without a value of its own.
    private string _switch = "";

    private ArgumentReader(Command root, IEnumerable<string> arguments, Func<string, string?> environment)
    {
        _command = root;
        _rest = new Queue<string>(arguments);
        _environment = environment;
    }

    /// <summary>Reads a command line.</summary>
    /// <param name="root">The tree of commands.</param>
    /// <param name="arguments">What followed the program's name.</param>
    /// <param name="environment">The variables: a value, or null if it is not set.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="width">The width of help texts.</param>
    /// <exception cref="CommandLineException">An unknown flag or word, or a value that is missing or cannot be read.</exception>
    public static Invocation Read(
        Command root, IEnumerable<string> arguments, Func<string, string?> environment, TextWriter output, int width = WrappedText.UsualWidth)
    {
        var reader = new ArgumentReader(root, arguments, environment);
        reader.ReadArguments();
        reader.ReadEnvironment();
        return new Invocation(reader._command, reader._values, reader._words, reader._ignored, output) { Width = width };
    }

    private void ReadArguments()
    {
        bool flagsEnded = false;
        while (_rest.TryDequeue(out string? argument))
        {
            if (!flagsEnded && argument == "--")
                flagsEnded = true;
            else if (!flagsEnded && argument.Length > 1 && argument[0] == '-')
                ReadFlag(argument);
            else if (!IsSwitchValue(argument))
                ReadWord(argument);
            else
                RefuseFalse(argument);
        }
    }

    // "--set-as-default true" stands in many scripts; the word means nothing, but it is not a word of the command either (CT-198).
    private bool IsSwitchValue(string argument) =>
        _switch.Length > 0 && argument is "true" or "false" && (_command.Operands.Length == 0 || _command.OperandChoices.Count > 0);

    private void RefuseFalse(string argument)
    {
        if (argument == "false")
            throw new ToolkitException(
                $"{_switch} takes no value behind a blank, so it would be on; leave it out, or write {_switch}=false");
        _switch = "";
        _ignored.Add(argument);
    }

    private void ReadWord(string word)
    {
        _switch = "";
        if (_words.Count == 0 && _command.Find(word) is { } child)
        {
            _command = child;
            return;
        }
        // Where words are expected, a wrong one is an error of its own; commands without others below take or ignore them (CT-14, CT-16).
        if (_command.Run is null)
            throw HelpCommand.Unknown(_command, word);
        _words.Add(word);
    }

    // One or two dashes before a long name, "=value" or the next argument as the value (CT-9).
    private void ReadFlag(string argument)
    {
        bool single = argument[1] != '-';
        string body = argument[(single ? 1 : 2)..];
        int equals = body.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? body : body[..equals];
        string? value = equals < 0 ? null : body[(equals + 1)..];
        Option? option = FindOption("--" + name) ?? (name.Length == 1 ? FindOption("-" + name) : null);
        if (option is not null)
            Take(option, name, value);
        else if (single && name.Length > 1 && name.All(letter => FindOption("-" + letter) is not null))
            ReadBundle(name, value);
        else
            throw Usage($"flag provided but not defined: -{name}");
    }

    private void ReadBundle(string letters, string? value)
    {
        for (int i = 0; i < letters.Length; i++)
        {
            bool last = i == letters.Length - 1;
            Option option = FindOption("-" + letters[i])!;
            if (!last && option is not FlagOption)
                throw Usage($"flag needs an argument: -{letters[i]}");
            Take(option, letters[i].ToString(), last ? value : null);
        }
    }

    private void Take(Option option, string name, string? value)
    {
        _switch = option is FlagOption && value is null ? option.Name : "";
        if (option is FlagOption)
        {
            // A boolean takes its value behind "=" only (CT-10).
            bool on = value is null || (GoBoolean.Parse(value) ?? throw Usage($"invalid value \"{value}\" for flag -{name}: parse error"));
            _values[option] = [on.ToString()];
            return;
        }
        if (value is null && !_rest.TryDequeue(out value))
            throw Usage($"flag needs an argument: -{(name.Length > 1 ? "-" : "")}{name}");
        Store(option, value);
    }

    // The last value of an option with one value counts; lists grow (CT-9).
    private void Store(Option option, string value)
    {
        if (option is not ListOption list)
            _values[option] = [value];
        else if (_values.TryGetValue(option, out List<string>? values))
            values.AddRange(list.Split(value));
        else
            _values[option] = [.. list.Split(value)];
    }

    // The first variable that is set counts, even if it is empty; the command line wins (CT-12).
    private void ReadEnvironment()
    {
        for (Command? command = _command; command is not null; command = command.Parent)
        {
            foreach (Option option in command.Options)
            {
                string? variable = _values.ContainsKey(option) ? null : option.Variables.FirstOrDefault(name => _environment(name) is not null);
                if (variable is not null)
                    StoreVariable(option, variable, _environment(variable)!);
            }
        }
    }

    // An empty variable is false for a boolean, and the empty text, not the default, for others (CT-11).
    private void StoreVariable(Option option, string variable, string value)
    {
        // For a list an empty variable is none (GN-81, CDI-169).
        if (option is ListOption && value.Length == 0)
            return;
        if (option is not FlagOption)
        {
            Store(option, value);
            return;
        }
        bool on = value.Length > 0 && (GoBoolean.Parse(value) ?? throw new ToolkitException(
            $"could not parse \"{value}\" as bool value from environment variable \"{variable}\" for flag {option.Name.TrimStart('-')}: parse error"));
        _values[option] = [on.ToString()];
    }

    // Of two options of one name the inner one shadows the outer (CT-7, CT-8).
    private Option? FindOption(string name)
    {
        for (Command? command = _command; command is not null; command = command.Parent)
        {
            if (command.Options.FirstOrDefault(option => option.Names.Contains(name)) is { } found)
                return found;
        }
        return null;
    }

    private CommandLineException Usage(string message) => new(message, _command);
}
