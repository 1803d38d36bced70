using GpuContainers.Configuration;

namespace GpuContainers.Runtime.Hooks.CommandLine;

/// <summary>A walk through the arguments of one level of the command line, by the rules of HK-5 to HK-9.</summary>
internal ref struct HookArguments
{
    private readonly byte[][] _arguments;
    private int _next;

    internal HookArguments(byte[][] arguments, int first)
    {
        _arguments = arguments;
        _next = first;
    }

    /// <summary>The position of the first argument that is not taken yet.</summary>
    internal readonly int Position => _next;

    /// <summary>The first argument that is not taken yet; null at the end.</summary>
    internal readonly string? Word => _next < _arguments.Length ? Encoding.UTF8.GetString(_arguments[_next]) : null;

    /// <summary>Takes the first argument that is not taken yet, be it a flag; null at the end.</summary>
    internal string? TakeWord()
    {
        string? word = Word;
        _next++;
        return word;
    }

    /// <summary>
    /// Takes flags until the first argument that is none, or past "--" (HK-6). At the first error it stops, with <see cref="HookValues.Error"/> set.
    /// </summary>
    /// <returns>Whether it stopped at "--".</returns>
    internal bool TakeFlags(HookFlag[] known, HookValues values)
    {
        while (_next < _arguments.Length && values.Error is null)
        {
            ReadOnlySpan<byte> argument = _arguments[_next];
            if (argument.Length < 2 || argument[0] != '-')
                return false;
            _next++;
            if (argument.SequenceEqual("--"u8))
                return true;
            ReadOnlySpan<byte> body = argument[(argument[1] == '-' ? 2 : 1)..];
            int equals = body.IndexOf((byte)'=');
            string name = Encoding.UTF8.GetString(equals < 0 ? body : body[..equals]);
            if (Find(known, name) is { } flag)
                TakeValue(flag, equals < 0, equals < 0 ? default : body[(equals + 1)..], values);
            else
                values.Error = $"flag provided but not defined: -{name}";
        }
        return false;
    }

    /// <summary>As <see cref="TakeFlags"/>, over positional arguments as well, which are ignored (HK-5).</summary>
    internal void TakeFlagsAnywhere(HookFlag[] known, HookValues values)
    {
        while (_next < _arguments.Length && values.Error is null)
        {
            if (TakeFlags(known, values))
                return;
            _next++;
        }
    }

    private void TakeValue(HookFlag flag, bool separate, ReadOnlySpan<byte> attached, HookValues values)
    {
        if (flag.IsSwitch)
        {
            string text = separate ? "true" : Encoding.UTF8.GetString(attached);
            values.HasWrongSwitch = GoBoolean.Parse(text) is null;
            if (values.HasWrongSwitch)
                values.Error = $"invalid value \"{text}\" for flag -{flag.Name}: parse error";
            else
                values.Add(flag, Encoding.UTF8.GetBytes(text));
        }
        else if (!separate)
        {
            values.Add(flag, attached);
        }
        else if (_next < _arguments.Length)
        {
            // The value may itself begin with a dash (HK-6).
            values.Add(flag, _arguments[_next++]);
        }
        else
        {
            values.Error = $"flag needs an argument: --{flag.Name}";
        }
    }

    private static HookFlag? Find(HookFlag[] known, string name)
    {
        foreach (HookFlag flag in known)
        {
            if (flag.IsNamed(name))
                return flag;
        }
        return null;
    }
}
