using System.CommandLine;
using GpuContainers.Configuration;

namespace GpuContainers.CommandLine;

/// <summary>
/// What NVIDIA's command line accepts and System.CommandLine does not: long flags with one dash, <c>--flag=false</c> in twelve spellings,
/// bundled short flags with a value, global flags anywhere, values from the environment, lists split at commas. The result is a plain command line.
/// </summary>
public sealed class Spelling
{
    private readonly Queue<string> _rest;
    private readonly Func<string, string?> _environment;
    private readonly Dictionary<Option, List<string>> _values = [];
    private readonly List<string> _words = [];
    private Verb _verb;

    private Spelling(Verb root, IEnumerable<string> arguments, Func<string, string?> environment)
    {
        _verb = root;
        _rest = new Queue<string>(arguments);
        _environment = environment;
    }

    /// <summary>Reads a command line.</summary>
    /// <param name="root">The tree of commands.</param>
    /// <param name="arguments">What followed the program's name.</param>
    /// <param name="environment">The variables: a value, or null if it is not set.</param>
    /// <exception cref="CommandLineException">An unknown flag or word, or a value that is missing or cannot be read.</exception>
    public static SpelledCommand Read(Verb root, IEnumerable<string> arguments, Func<string, string?> environment)
    {
        var spelling = new Spelling(root, arguments, environment);
        spelling.ReadArguments();
        spelling.ReadEnvironment();
        return spelling.Result();
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
            else
                ReadWord(argument);
        }
    }

    private void ReadWord(string word)
    {
        if (_words.Count == 0 && _verb.Find(word) is { } below)
        {
            _verb = below;
            return;
        }
        // Where words are expected, a wrong one is an error of its own; leaf verbs take or ignore them (CT-14, CT-16).
        if (_verb.Run is null)
            throw new CommandLineException(CommandLineFault.UnknownCommand, $"No help topic for '{word}'") { Verb = _verb };
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
            if (!last && option is not FlagSetting)
                throw Usage($"flag needs an argument: -{letters[i]}");
            Take(option, letters[i].ToString(), last ? value : null);
        }
    }

    private void Take(Option option, string name, string? value)
    {
        if (option is FlagSetting)
        {
            // A boolean takes its value behind "=" only (CT-10).
            bool on = value is null || (GoBoolean.Parse(value) ?? throw Usage($"invalid value \"{value}\" for flag -{name}: parse error"));
            Store(option, on ? "true" : "false");
            return;
        }
        if (value is null && !_rest.TryDequeue(out value))
            throw Usage($"flag needs an argument: -{(name.Length > 1 ? "-" : "")}{name}");
        Store(option, value);
    }

    private void Store(Option option, string value)
    {
        if (!_values.TryGetValue(option, out List<string>? values))
            _values[option] = values = [];
        // The last value of an option with one value counts; lists grow (CT-9).
        if (option is ListSetting list)
            values.AddRange(list.SplitsAtCommas ? value.Split(',').Select(item => list.TrimsItems ? item.Trim() : item) : [value]);
        else
            _values[option] = [value];
    }

    // The first variable that is set counts, even if it is empty; the command line wins (CT-12).
    private void ReadEnvironment()
    {
        for (Verb? verb = _verb; verb is not null; verb = verb.Above)
        {
            foreach (Option option in verb.Options)
            {
                if (_values.ContainsKey(option) || option is not ISetting setting)
                    continue;
                string? variable = setting.Variables.FirstOrDefault(name => _environment(name) is not null);
                if (variable is not null)
                    StoreVariable(option, variable, _environment(variable)!);
            }
        }
    }

    // An empty variable is false for a boolean, and the empty text, not the default, for others (CT-11).
    private void StoreVariable(Option option, string variable, string value)
    {
        // For a list an empty variable is none (GN-81, CDI-169).
        if (option is ListSetting && value.Length == 0)
            return;
        if (option is not FlagSetting)
        {
            Store(option, value);
            return;
        }
        bool? on = value.Length > 0 ? GoBoolean.Parse(value) : false;
        if (on is null)
        {
            string name = option.Name.TrimStart('-');
            throw new CommandLineException(
                CommandLineFault.Value, $"could not parse \"{value}\" as bool value from environment variable \"{variable}\" for flag {name}: parse error");
        }
        Store(option, on.Value ? "true" : "false");
    }

    private SpelledCommand Result()
    {
        var tokens = new List<string>();
        Add(_verb, tokens);
        bool takesWords = _verb.Arguments.Count > 0;
        if (takesWords && _words.Count > 0)
            tokens.AddRange(["--", .. _words]);
        return new SpelledCommand(_verb, tokens, takesWords ? [] : _words);
    }

    // Global flags stand with the verb that owns them, wherever they were typed. The inner of two options of one name shadows the outer (CT-7, CT-8).
    private void Add(Verb verb, List<string> tokens)
    {
        if (verb.Above is not null)
        {
            Add(verb.Above, tokens);
            tokens.Add(verb.Name);
        }
        foreach (Option option in verb.Options)
        {
            // An empty value behind "=" would count as none.
            foreach (string value in _values.GetValueOrDefault(option, []))
                tokens.AddRange(value.Length > 0 ? [option.Name + "=" + value] : [option.Name, value]);
        }
    }

    private Option? FindOption(string name)
    {
        for (Verb? verb = _verb; verb is not null; verb = verb.Above)
        {
            Option? found = verb.Options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));
            if (found is not null)
                return found;
        }
        return null;
    }

    private CommandLineException Usage(string message) => new(CommandLineFault.Usage, message) { Verb = _verb };
}
