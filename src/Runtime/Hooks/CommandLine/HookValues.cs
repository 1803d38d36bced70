using GpuContainers.Configuration;

namespace GpuContainers.Runtime.Hooks.CommandLine;

/// <summary>The values of a hook's flags, as bytes: names in a container need not be UTF-8 (HK-133).</summary>
internal sealed class HookValues
{
    // A hook has a handful of flags.
    private readonly List<(string Name, List<byte[]> Values)> _values = [];

    /// <summary>The first error of the command line; null when there is none.</summary>
    internal string? Error { get; set; }

    /// <summary>Whether the error is the value of a switch that is neither true nor false.</summary>
    internal bool HasWrongSwitch { get; set; }

    internal void Add(HookFlag flag, ReadOnlySpan<byte> value)
    {
        if (Find(flag) is not { } list)
            _values.Add((flag.Name, list = []));
        if (!flag.IsRepeatable)
        {
            // The last value counts (HK-8).
            list.Clear();
            list.Add(value.ToArray());
            return;
        }
        // No escaping, no trimming; an empty value is one empty element (HK-7).
        while (true)
        {
            int comma = value.IndexOf((byte)',');
            list.Add((comma < 0 ? value : value[..comma]).ToArray());
            if (comma < 0)
                return;
            value = value[(comma + 1)..];
        }
    }

    /// <summary>A copy that later additions to this one do not change.</summary>
    internal HookValues Copy()
    {
        var copy = new HookValues();
        foreach ((string name, List<byte[]> values) in _values)
            copy._values.Add((name, [.. values]));
        return copy;
    }

    /// <summary>Whether the flag was given.</summary>
    internal bool Has(HookFlag flag) => Find(flag) is not null;

    /// <summary>All values of a repeatable flag, in their order.</summary>
    internal List<byte[]> All(HookFlag flag) => Find(flag) ?? [];

    /// <summary>The value of a flag, or its default.</summary>
    internal byte[] Bytes(HookFlag flag) => Find(flag) is { } list ? list[0] : Encoding.UTF8.GetBytes(flag.Default);

    /// <summary>The value of a flag as text, or its default.</summary>
    internal string Text(HookFlag flag) => Encoding.UTF8.GetString(Bytes(flag));

    private List<byte[]>? Find(HookFlag flag)
    {
        foreach ((string name, List<byte[]> values) in _values)
        {
            if (name == flag.Name)
                return values;
        }
        return null;
    }
}

/// <summary>The switches that every level of the command line knows, and the environment names behind them (HK-10, HK-11).</summary>
internal static class HookSwitches
{
    internal static readonly HookFlag Debug = new("debug", "Enable debug-level logging") { Short = "d", IsSwitch = true };
    internal static readonly HookFlag Quiet = new("quiet", "Suppress all output except for errors; overrides --debug") { IsSwitch = true };
    internal static readonly HookFlag Help = new("help", "show help") { Short = "h", IsSwitch = true };
    internal static readonly HookFlag Version = new("version", "print the version") { Short = "v", IsSwitch = true };

    /// <summary>The level to log at: quiet beats debug. What went well is told on request only (HK-149).</summary>
    internal static LogLevel Level(HookCaller caller, HookValues values)
    {
        if (IsOn(Quiet, caller.QuietNames, values))
            return LogLevel.Error;
        return IsOn(Debug, caller.DebugNames, values) ? LogLevel.Debug : LogLevel.Warning;
    }

    /// <summary>Warns about values of environment names that are not truth values; they count as false (HK-11, Better).</summary>
    internal static void WarnAboutEnvironment(HookCaller caller)
    {
        foreach (string[] names in (ReadOnlySpan<string[]>)[caller.DebugNames, caller.QuietNames])
        {
            if (FirstSet(names) is { } set && set.Value.Length > 0 && GoBoolean.Parse(set.Value) is null)
                Log.Warning($"ignoring {set.Name}: its value \"{set.Value}\" is neither true nor false");
        }
    }

    private static bool IsOn(HookFlag flag, string[] names, HookValues values) =>
        values.Has(flag) ? GoBoolean.Parse(values.Text(flag)) == true : FirstSet(names) is { } set && GoBoolean.Parse(set.Value) == true;

    // The first name that is set counts, even if its value is empty (HK-11).
    private static (string Name, string Value)? FirstSet(string[] names)
    {
        foreach (string name in names)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                return (name, value);
        }
        return null;
    }
}
