using GpuContainers.Configuration;
using GpuContainers.Configuration.Editing;
using GpuContainers.Configuration.Keys;
using GpuContainers.Configuration.Model;
using GpuContainers.Configuration.Toml;
using GpuContainers.Ctk.CommandLine;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Config;

/// <summary><c>config explain [KEY]</c>: for each key its value, where that comes from, and what it does.</summary>
internal static class ConfigExplainCommand
{
    private const int Width = WrappedText.UsualWidth;
    private const int LongestOrigin = 8;
    private const int ValueColumn = 34;
    private const int ValueIndent = 6;

    private static readonly TextOption s_file = new("--config-file", "Path to the configuration file", "", "--config", "-c")
    {
        ValueWord = "FILE",
        DefaultText = "\"/etc/nvidia-container-runtime/config.toml\"",
    };

    private static readonly TextOption s_format = new("--format", "Output: table or json", "table") { ValueWord = "FORMAT", Choices = ["table", "json"] };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("explain", "Say for each key its value, where it comes from and what it does")
    {
        Run = Run,
        Details = "Without KEY all keys are listed with their values. KEY is a key or a section of the configuration file.",
        Examples =
        [
            new Example("all keys that are not at their defaults stand out by the file and line they come from", "nvidia-ctk config explain"),
            new Example("for a program", "nvidia-ctk config explain --format=json"),
            new Example("one key", "nvidia-ctk config explain nvidia-container-cli.ldconfig"),
            new Example("one section", "nvidia-ctk config explain features"),
        ],
        Operands = "KEY",
        OperandChoices = [.. ConfigKeys.All.Select(key => key.Path)],
        Options = [s_file, s_format],
    };

    private static int Run(Invocation invocation)
    {
        IReadOnlyList<string> paths = invocation.Words;
        string path = invocation.IsGiven(s_file) ? invocation.Get(s_file) : ConfigLocation.Resolve();
        List<ConfigKey> keys = paths.Count == 0 ? [.. ConfigKeys.All] : [.. paths.SelectMany(Select)];
        ConfigFile file = ConfigFile.Read(path);
        ToolkitConfig config = ConfigLoader.Load(path);
        foreach (ConfigKey key in keys)
        {
            if (key.Refusal(config) is { } refusal)
                Log.Warning($"{refusal}; correct {Origin(key, file)}");
        }
        if (OutputFormat.Read(invocation, s_format) == "json")
            WriteJson(invocation.Output, keys, file, config);
        else if (paths.Count == 0)
            WriteTable(invocation.Output, keys, file, config);
        else
            WriteTexts(invocation.Output, keys, file, config);
        return 0;
    }

    private static IEnumerable<ConfigKey> Select(string path)
    {
        if (ConfigKeys.Find(path) is { } key)
            return [key];
        if (ConfigKeys.IsSection(path))
            return ConfigKeys.All.Where(below => below.Path.StartsWith(path + ".", StringComparison.Ordinal));
        string? near = ConfigKeys.Nearest(path);
        throw new ToolkitException(
            $"unknown key {path}" + (near is null ? "; run 'nvidia-ctk config explain' for the list" : $"; did you mean {near}?"));
    }

    private static void WriteTexts(TextWriter output, List<ConfigKey> keys, ConfigFile file, ToolkitConfig config)
    {
        var defaults = new ToolkitConfig();
        foreach (ConfigKey key in keys)
        {
            output.Write($"{key.Path}\n");
            output.Write($"  value:    {Text(key.Read(config))}\n");
            output.Write($"  from:     {Origin(key, file)}\n");
            output.Write($"  default:  {Text(key.Read(defaults))}\n");
            if (key.Values.Count > 0)
                output.Write($"  values:   {string.Join("\n            ", WrappedText.Lines(string.Join(", ", key.Values), Width - 12))}\n");
            output.Write($"  used by:  {key.Programs}\n");
            output.Write($"  meaning:  {string.Join("\n            ", WrappedText.Lines(key.Meaning, Width - 12))}\n");
        }
    }

    // One block a section: keys with their whole path leave no room for their values.
    private static void WriteTable(TextWriter output, List<ConfigKey> keys, ConfigFile file, ToolkitConfig config)
    {
        output.Write($"{file.Path}{(file.Exists ? "" : " (not there: all values are defaults)")}\n");
        foreach (IGrouping<string, ConfigKey> section in keys.GroupBy(key => string.Join('.', key.Parts[..^1])))
        {
            output.Write(section.Key.Length == 0 ? "\n" : $"\n[{section.Key}]\n");
            foreach (ConfigKey key in section)
                WriteRow(output, key.Parts[^1], Text(key.Read(config)), ValueIn(key, file) is { } value ? $"line {value.Line}" : "default");
        }
    }

    // The name, the value in as many lines as it needs, and in the first of them where it comes from.
    private static void WriteRow(TextWriter output, string name, string value, string origin)
    {
        string[] lines = [.. WrappedText.Lines(value, Width - ValueColumn - LongestOrigin - 2)];
        string start = $"  {name}".PadRight(ValueColumn);
        bool isBeside = start.Length == ValueColumn && lines.All(line => line.Length <= Width - ValueColumn - LongestOrigin - 2);
        if (!isBeside)
        {
            lines = [.. WrappedText.Lines(value, Width - ValueIndent)];
            output.Write($"  {name}".PadRight(Width - LongestOrigin) + $"{origin}\n");
            output.Write(string.Concat(lines.Select(line => new string(' ', ValueIndent) + line + "\n")));
            return;
        }
        output.Write($"{start}{lines[0]}".PadRight(Width - LongestOrigin) + $"{origin}\n");
        output.Write(string.Concat(lines.Skip(1).Select(line => new string(' ', ValueColumn) + line + "\n")));
    }

    private static void WriteJson(TextWriter output, List<ConfigKey> keys, ConfigFile file, ToolkitConfig config) => output.Write(JsonLine.Object(json =>
    {
        var defaults = new ToolkitConfig();
        json.Member("file", file.Path);
        json.Member("keys", keys, key =>
        {
            json.Member("key", key.Path);
            json.Member("value", Text(key.Read(config)));
            json.Optional("line", ValueIn(key, file)?.Line);
            json.Member("default", Text(key.Read(defaults)));
            json.Member("usedBy", key.Programs);
            json.Member("meaning", key.Meaning);
        });
    }));

    private static string Text(TomlValue? value) => value is null ? "(not set)" : TomlText.Value(value);

    private static string Origin(ConfigKey key, ConfigFile file)
    {
        TomlValue? value = ValueIn(key, file);
        return value is null ? "default" : $"{file.Path}, line {value.Line}";
    }

    private static TomlValue? ValueIn(ConfigKey key, ConfigFile file) => file.Exists ? file.Document.Root.Find(key.Parts) : null;
}
