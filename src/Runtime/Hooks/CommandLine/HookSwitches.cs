using GpuContainers.Configuration;

namespace GpuContainers.Runtime.Hooks.CommandLine;

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
        foreach (IReadOnlyList<string> names in (ReadOnlySpan<IReadOnlyList<string>>)[caller.DebugNames, caller.QuietNames])
        {
            if (FirstSet(names) is { } set && set.Value.Length > 0 && GoBoolean.Parse(set.Value) is null)
                Log.Warning($"ignoring {set.Name}: its value \"{set.Value}\" is neither true nor false");
        }
    }

    private static bool IsOn(HookFlag flag, IReadOnlyList<string> names, HookValues values) =>
        values.Has(flag) ? GoBoolean.Parse(values.Text(flag)) == true : FirstSet(names) is { } set && GoBoolean.Parse(set.Value) == true;

    // The first name that is set counts, even if its value is empty (HK-11).
    private static (string Name, string Value)? FirstSet(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                return (name, value);
        }
        return null;
    }
}
