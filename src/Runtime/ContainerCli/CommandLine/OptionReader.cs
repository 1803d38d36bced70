namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>Reads options as GNU programs do: long ones by any unique beginning, short ones joined, "--" at their end (CL-1 to CL-3).</summary>
/// <param name="level">What is understood.</param>
/// <param name="words">The words behind the program or command.</param>
/// <param name="stopsAtOperand">Whether the first operand ends the options, because a command with options of its own begins there.</param>
internal sealed class OptionReader(CliLevel level, IReadOnlyList<string> words, bool stopsAtOperand = false)
{
    private readonly List<string> _operands = [];
    private string _joined = "";
    private int _next;

    /// <summary>The words that are not options, as far as they were read.</summary>
    internal IReadOnlyList<string> Operands => _operands;

    /// <summary>The place of the first word that was not read.</summary>
    internal int Position => _next;

    /// <summary>Goes to the next option.</summary>
    /// <param name="value">Its value; null when it has none.</param>
    /// <returns>Null when there are no more.</returns>
    /// <exception cref="UsageException">The word is not an option, or its value is missing.</exception>
    internal CliOption? Next(out string? value)
    {
        value = null;
        if (_joined.Length > 0)
            return Short(out value);
        while (_next < words.Count)
        {
            string word = words[_next];
            if (word == "--")
            {
                _next++;
                TakeOperands();
                return null;
            }
            if (word.Length > 1 && word[0] == '-')
            {
                _next++;
                if (word[1] == '-')
                    return Long(word, out value);
                _joined = word[1..];
                return Short(out value);
            }
            if (stopsAtOperand)
                return null;
            _operands.Add(word);
            _next++;
        }
        return null;
    }

    private void TakeOperands()
    {
        while (!stopsAtOperand && _next < words.Count)
            _operands.Add(words[_next++]);
    }

    private CliOption Long(string word, out string? value)
    {
        int equals = word.IndexOf('=');
        CliOption option = Find(word, equals < 0 ? word[2..] : word[2..equals]);
        value = equals < 0 ? null : word[(equals + 1)..];
        if (value is not null && option.Value == CliValue.None)
            throw UsageException.Word(level, $"option '--{option.Name}' doesn't allow an argument");
        if (value is null && option.Value == CliValue.Required)
            value = TakeValue() ?? throw UsageException.Word(level, $"option '--{option.Name}' requires an argument");
        return option;
    }

    private CliOption Find(string word, string name)
    {
        List<CliOption> candidates = [];
        foreach (CliOption option in level.Options)
        {
            if (option.Name == name)
                return option;
            if (option.Name.StartsWith(name, StringComparison.Ordinal))
                candidates.Add(option);
        }
        return candidates.Count switch
        {
            1 => candidates[0],
            0 => throw UsageException.Word(level, $"unrecognized option '--{name}'"),
            _ => throw UsageException.Word(
                level, $"option '{word}' is ambiguous; possibilities: {string.Join(' ', candidates.ConvertAll(option => $"'--{option.Name}'"))}"),
        };
    }

    // The first letter of a joined word; what is left of it is the value, or more letters.
    private CliOption Short(out string? value)
    {
        char letter = _joined[0];
        CliOption? option = null;
        foreach (CliOption candidate in level.Options)
        {
            if (candidate.Letter == letter)
                option = candidate;
        }
        if (option is null)
            throw UsageException.Word(level, $"invalid option -- '{letter}'");
        string rest = _joined[1..];
        _joined = option.Value == CliValue.None ? rest : "";
        value = option.Value == CliValue.None || rest.Length == 0 ? null : rest;
        if (value is null && option.Value == CliValue.Required)
            value = TakeValue() ?? throw UsageException.Word(level, $"option requires an argument -- '{letter}'");
        return option;
    }

    private string? TakeValue() => _next < words.Count ? words[_next++] : null;
}
