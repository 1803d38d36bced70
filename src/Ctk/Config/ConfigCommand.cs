using GpuContainers.Configuration;
using GpuContainers.Configuration.Editing;
using GpuContainers.Configuration.Keys;

namespace GpuContainers.Ctk.Config;

/// <summary><c>config</c>: prints the toolkit's configuration, or changes it.</summary>
internal static class ConfigCommand
{
    // The default is the path of CF-1, worked out when it is needed (CF-100).
    private static readonly TextOption s_file = new("--config-file", "Path to the configuration file", "", "--config", "-c")
    {
        ValueWord = "FILE",
        DefaultText = "\"/etc/nvidia-container-runtime/config.toml\"",
    };
    internal static readonly ListOption Set = new("--set", "Set a key: KEY=VALUE, or KEY for true; may be repeated", [])
    {
        ValueWord = "KEY=VALUE",
        SplitsAtCommas = false,
    };
    private static readonly TextOption s_separator = new("--set-list-separator", "What separates the elements of a list in --set", ":") { Hidden = true };
    private static readonly FlagOption s_inPlace = new("--in-place", "Write the result back to the configuration file", "-i");
    private static readonly TextOption s_output = new("--output", "Write the result to this file instead of standard output", "", "-o") { ValueWord = "FILE" };

    /// <summary>Makes the command with the commands below it.</summary>
    public static Command Create() => new("config", "Print or change the configuration of the NVIDIA Container Toolkit")
    {
        Run = Run,
        Details = "Reads the configuration file, or the built-in defaults if there is none, applies --set in order, and prints the result.\n"
            + "Comments, order and unknown keys of the file stay. Keys that are not set are shown as commented samples.\n"
            + "A list is given as elements separated by \":\" or \",\"; an empty value is the empty list. FEATURE=nil removes a feature flag.",
        Examples =
        [
            new Example("show the configuration that counts", "nvidia-ctk config"),
            new Example("let the runtime use CDI specifications only", "nvidia-ctk config --in-place --set nvidia-container-runtime.mode=cdi"),
            new Example("try Podman's usual low-level runtime first", "nvidia-ctk config -i --set nvidia-container-runtime.runtimes=crun:runc"),
            new Example("say what a key means and where its value comes from", "nvidia-ctk config explain nvidia-container-runtime.mode"),
        ],
        Options = [s_file, Set, s_separator, s_inPlace, s_output],
        Commands = [ConfigDefaultCommand.Create(), ConfigExplainCommand.Create(), HelpCommand.Create()],
    };

    private static int Run(Invocation invocation)
    {
        bool inPlace = invocation.Get(s_inPlace);
        string output = invocation.Get(s_output);
        string separator = invocation.Get(s_separator);
        // Before anything is read (CF-121).
        if (inPlace && output.Length > 0)
            throw new ToolkitException("cannot specify both --in-place and --output; choose one of them");
        if (separator.Length == 0)
            throw new ToolkitException("set-list-separator must be set");
        ConfigFile file = Read(invocation.IsGiven(s_file) ? invocation.Get(s_file) : ConfigLocation.Resolve());
        // Every --set before any output is opened (CF-104).
        foreach (string text in invocation.Get(Set).SelectMany(ConfigChange.Split))
            Apply(file.Document, text, separator);
        byte[] content = file.Document.ToBytes();
        Warn(content, file.Path);
        // The input with --in-place, else --output; an empty path is standard output (CF-120).
        if (inPlace && file.Path.Length > 0)
            file.Replace(content);
        else if (output.Length > 0)
            ConfigFile.Write(output, content);
        else
            invocation.Output.Write(Encoding.UTF8.GetString(content));
        return 0;
    }

    private static ConfigFile Read(string path)
    {
        try
        {
            return ConfigFile.Read(path);
        }
        catch (ConfigurationException broken)
        {
            throw broken.Within("unable to create config: ");
        }
    }

    private static void Apply(ConfigDocument document, string text, string separator)
    {
        try
        {
            document.Apply(ConfigChange.Parse(text, separator));
        }
        catch (ConfigurationException refused)
        {
            throw refused.Within($"invalid --set option {text}: ");
        }
    }

    // What the runtime will refuse or ignore is said here already; it is written all the same (CF-41, CF-13).
    private static void Warn(byte[] content, string path)
    {
        try
        {
            var config = ConfigLoader.Parse(content, path);
            foreach (string warning in config.Warnings.Concat(ConfigKeys.All.Select(key => key.Refusal(config)).OfType<string>()))
                Log.Warning(warning);
        }
        catch (ConfigurationException refused)
        {
            Log.Warning($"the runtime will refuse this configuration: {refused.Message}");
        }
    }
}
