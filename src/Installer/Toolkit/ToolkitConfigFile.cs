using GpuContainers.Configuration;
using GpuContainers.Configuration.Editing;
using GpuContainers.Configuration.Keys;
using GpuContainers.Configuration.Model;
using GpuContainers.Configuration.Toml;

namespace GpuContainers.Installer.Toolkit;

/// <summary>The configuration of the installed toolkit: the built-in defaults with what this node needs.</summary>
/// <param name="Text">The document.</param>
internal sealed record ToolkitConfigFile(string Text)
{
    /// <summary>Where it lies in the toolkit's folder.</summary>
    public const string Name = ".config/nvidia-container-runtime/config.toml";

    /// <summary>Its mode.</summary>
    public const UnixFileMode Mode = FileModes.PublicFile;

    /// <summary>Makes it; an older file or the host's is not merged.</summary>
    /// <param name="settings">What is asked for.</param>
    /// <param name="folder">The toolkit's folder.</param>
    /// <param name="lowLevelRuntimes">The low-level runtimes; empty for the built-in default.</param>
    public static ToolkitConfigFile Create(ToolkitSettings settings, string folder, IReadOnlyList<string> lowLevelRuntimes)
    {
        var document = ConfigDocument.Default();
        SetRest(document);
        Set(document, "accept-nvidia-visible-devices-envvar-when-unprivileged", new TomlBoolean(settings.AcceptsEnvironment));
        Set(document, "accept-nvidia-visible-devices-as-volume-mounts", new TomlBoolean(settings.AcceptsMounts));
        Set(document, "nvidia-container-cli.root", new TomlString(settings.DriverRoot));
        Set(document, "nvidia-container-cli.path", new TomlString(LexicalPath.Join(folder, "nvidia-container-cli")));
        Set(document, "nvidia-container-cli.ldconfig", new TomlString(Ldconfig(settings)));
        Set(document, "nvidia-ctk.path", new TomlString(LexicalPath.Join(folder, ToolkitProgram.Toolkit)));
        Set(document, "nvidia-container-runtime-hook.path", new TomlString(LexicalPath.Join(folder, ToolkitProgram.RuntimeHook)));
        Set(document, "nvidia-container-runtime-hook.skip-mode-detection", new TomlBoolean(settings.SkipsModeDetection));
        SetOptional(document, settings, lowLevelRuntimes);
        foreach (string feature in settings.Features)
            document.Apply(new ConfigChange(FeatureKey("features." + feature), new TomlBoolean(true)));
        return new ToolkitConfigFile(Encoding.UTF8.GetString(document.ToBytes()));
    }

    /// <summary>The low-level runtimes of an installed configuration.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static IReadOnlyList<string> InstalledRuntimes(string folder)
    {
        string path = LexicalPath.Join(folder, Name);
        var file = ConfigFile.Read(path);
        if (!file.Exists)
            throw new ConfigurationException(ConfigurationFailure.Unreadable, $"open {path}: no such file or directory");
        return file.Document.Root.Find("nvidia-container-runtime",
            "runtimes") is TomlArray array ? [.. array.Items.OfType<TomlString>().Select(item => item.Value)] : [];
    }

    // Every value is written out, those that a user's default file only shows in a comment as well: an operator reads it with other programs (IN-50).
    private static void SetRest(ConfigDocument document)
    {
        var defaults = new ToolkitConfig();
        foreach (ConfigKey key in ConfigKeys.All.Where(key => key.Sample is not null && key.Type != ConfigKeyType.Feature))
        {
            if (key.Read(defaults) is { } value)
                document.Apply(new ConfigChange(key, value));
        }
    }

    // What was not given keeps its default (IN-51).
    private static void SetOptional(ConfigDocument document, ToolkitSettings settings, IReadOnlyList<string> lowLevelRuntimes)
    {
        foreach (OptionalKey key in settings.OptionalKeys)
        {
            if (!key.IsGiven)
                Log.Info($"Skipping unset option: {key.Path}");
            else if (key.Value is not null)
                Set(document, key.Path, key.Value);
        }
        if (lowLevelRuntimes.Count > 0)
            Set(document, "nvidia-container-runtime.runtimes", TomlArray.From(lowLevelRuntimes));
    }

    // Looked for below the root as this process sees it, named as the host sees it (IN-50).
    private static string Ldconfig(ToolkitSettings settings)
    {
        const string real = "sbin/ldconfig.real";
        bool isScript = HostFile.IsFile(LexicalPath.Join(settings.DriverRootInContainer, real)) || HostFile.IsFile(LexicalPath.Join(settings.DriverRoot, real));
        return "@" + LexicalPath.Join(settings.DriverRoot, isScript ? real : "sbin/ldconfig");
    }

    // A feature of another version of the toolkit is written all the same: whoever reads the file decides what it knows.
    private static ConfigKey FeatureKey(string path)
    {
        if (ConfigKeys.Find(path) is { } known)
            return known;
        Log.Warning($"Writing {path} of --opt-in-features, which this version of the toolkit does not know");
        return new ConfigKey(path, ConfigKeyType.Feature, "", "", static _ => null);
    }

    private static void Set(ConfigDocument document, string path, TomlValue value)
    {
        ConfigKey key = ConfigKeys.Find(path) ?? throw new ArgumentException($"{path} is not a configuration key", nameof(path));
        document.Apply(new ConfigChange(key, value));
    }
}
