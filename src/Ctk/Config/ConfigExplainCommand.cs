using GpuContainers.CommandLine;
using GpuContainers.Configuration;
using GpuContainers.Configuration.Editing;
using GpuContainers.Configuration.Keys;
using GpuContainers.Configuration.Model;
using GpuContainers.Configuration.Toml;
using GpuContainers.Ctk.CommandLine;
using GpuContainers.Diagnostics;
using Spectre.Console;

namespace GpuContainers.Ctk.Config;

/// <summary><c>config explain [KEY]</c>: for each key its value, where that comes from, and what it does.</summary>
internal static class ConfigExplainCommand
{
    private static readonly TextOption s_file = new("--config-file", "Path to the configuration file", "", "--config", "-c")
    {
        ValueWord = "FILE",
        DefaultText = "\"/etc/nvidia-container-runtime/config.toml\"",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("explain", "Say for each key its value, where it comes from and what it does")
    {
        Run = Run,
        Details = "Without KEY all keys are listed with their values. KEY is a key or a section of the configuration file.",
        Examples =
        [
            new Example("all keys that are not at their defaults stand out by the file and line they come from", "nvidia-ctk config explain"),
            new Example("one key", "nvidia-ctk config explain nvidia-container-cli.ldconfig"),
            new Example("one section", "nvidia-ctk config explain features"),
        ],
        Operands = "KEY",
        Options = [s_file],
    };

    private static int Run(Invocation invocation)
    {
        IReadOnlyList<string> paths = invocation.Words;
        string path = invocation.IsGiven(s_file) ? invocation.Get(s_file) : ConfigLocation.Resolve();
        List<ConfigKey> keys = paths.Count == 0 ? [.. ConfigKeys.All] : [.. paths.SelectMany(Select)];
        ConfigFile file = ConfigFile.Read(path);
        ToolkitConfig config = ToolkitConfig.Load(path);
        foreach (ConfigKey key in keys)
        {
            if (key.Refusal(config) is { } refusal)
                Log.Warning($"{refusal}; correct {Origin(key, file)}");
        }
        if (paths.Count == 0)
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
        throw new CommandLineException(
            CommandLineFault.Value, $"unknown key {path}" + (near is null ? "; run 'nvidia-ctk config explain' for the list" : $"; did you mean {near}?"));
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
                output.Write($"  values:   {string.Join(", ", key.Values)}\n");
            output.Write($"  used by:  {key.Programs}\n");
            output.Write($"  meaning:  {key.Meaning}\n");
        }
    }

    private static void WriteTable(TextWriter output, List<ConfigKey> keys, ConfigFile file, ToolkitConfig config)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("KEY", column => column.NoWrap()).AddColumns("VALUE", "FROM");
        foreach (ConfigKey key in keys)
            table.AddRow(Markup.Escape(key.Path), Markup.Escape(Text(key.Read(config))), Markup.Escape(Origin(key, file)));
        Terminal.Write(output, table);
    }

    private static string Text(TomlValue? value) => value is null ? "(not set)" : TomlText.Value(value);

    private static string Origin(ConfigKey key, ConfigFile file)
    {
        TomlValue? value = file.Exists ? file.Document.Root.Find(key.Parts) : null;
        return value is null ? "default" : $"{file.Path}, line {value.Line}";
    }
}
