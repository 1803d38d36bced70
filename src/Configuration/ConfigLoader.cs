using GpuContainers.Configuration.Model;
using GpuContainers.Diagnostics;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Configuration;

/// <summary>From a file to the toolkit's configuration.</summary>
public static class ConfigLoader
{
    /// <summary>Reads the configuration of this process; a missing file means the defaults, and costs no parsing.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, is not TOML, or has a value of a wrong type or one that is refused. The caller puts
    /// its own prefix before the message.</exception>
    public static ToolkitConfig Load() => Load(Environment.GetEnvironmentVariable);

    /// <summary>As <see cref="Load()"/>, for a process that does not believe every variable of its environment.</summary>
    /// <param name="variable">The value of a variable of the environment; null for none.</param>
    /// <exception cref="ConfigurationException">As for <see cref="Load()"/>.</exception>
    public static ToolkitConfig Load(Func<string, string?> variable)
    {
        ToolkitConfig config = Load(ConfigLocation.Resolve(variable, out string? warning));
        return warning is null ? config : config with { Warnings = [warning, .. config.Warnings] };
    }

    /// <summary>Reads the configuration from a file; a missing file means the defaults.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">As for <see cref="Load()"/>.</exception>
    public static ToolkitConfig Load(string path) => ReadValues(path) is { } values ? From(values, path) : new ToolkitConfig();

    /// <summary>Reads the configuration from a file that somebody named, so that it must exist (the hook with -config or the environment variable).</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">As for <see cref="Load()"/>, and with <see cref="ConfigurationFailure.Missing"/> when there is no such
    /// file.</exception>
    public static ToolkitConfig LoadRequired(string path)
    {
        if (ConfigBytes.TryRead(path, out byte[] bytes, out Errno error))
            return Parse(bytes, path);
        throw error == Errno.ENOENT
            ? new ConfigurationException(
                ConfigurationFailure.Missing,
                $"open {path}: {error.Describe()}; make it, or name another with -config or " +
                $"{ConfigLocation.PathVariable}")
            : Unreadable(path, error);
    }

    /// <summary>Reads the configuration from the bytes of a file.</summary>
    /// <param name="bytes">TOML in UTF-8.</param>
    /// <param name="path">The file's name for messages.</param>
    /// <exception cref="ConfigurationException">As for <see cref="Load()"/>.</exception>
    public static ToolkitConfig Parse(ReadOnlySpan<byte> bytes, string path) => From(Values(bytes, path), path);

    private static ToolkitConfig From(TomlTable values, string path)
    {
        try
        {
            ToolkitConfig config = ConfigReader.Read(values);
            config.Validate();
            return config;
        }
        catch (ConfigurationException wrong)
        {
            throw wrong.Within("", $"; correct {path}");
        }
    }

    /// <summary>The values of a file as they stand there, whatever is right for their keys; null for a missing file, and for an empty path.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or is not TOML.</exception>
    public static TomlTable? ReadValues(string path)
    {
        if (ConfigBytes.TryRead(path, out byte[] bytes, out Errno error))
            return Values(bytes, path);
        // Only "does not exist" counts as missing (CF-5).
        return error == Errno.ENOENT ? null : throw Unreadable(path, error);
    }

    private static TomlTable Values(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            string text = TomlReader.Decode(bytes);
            return PlainToml.TryRead(text) ?? TomlReader.Read(text);
        }
        catch (ConfigurationException broken)
        {
            throw broken.Within("failed to load specified config file: ", $"; correct {path}");
        }
    }

    private static ConfigurationException Unreadable(string path, Errno error) =>
        new(
            ConfigurationFailure.Unreadable,
            $"failed to load specified config file: {ConfigBytes.Describe(path, error)}; "
            + $"it must be a file that can be read ({ConfigLocation.PathVariable} names another)");
}

/// <summary>The bytes of a config.toml: of a regular file of sane size, or none from /dev/null, with which people say "no configuration" (RT-267).</summary>
internal static class ConfigBytes
{
    // A configuration is a few kilobytes; a file beyond this is not one.
    private const long Limit = 1 << 20;

    /// <summary>Reads them; false with the error number when that is not possible.</summary>
    public static bool TryRead(string path, out byte[] bytes, out Errno error)
    {
        if (HostFile.TryReadAll(path, Limit, out bytes, out error))
            return true;
        if (error != Errno.ENXIO || !HostFile.IsNullDevice(path))
            return false;
        error = Errno.None;
        return true;
    }

    /// <summary>What went wrong, in the words that NVIDIA's toolkit has for it where it has any.</summary>
    public static string Describe(string path, Errno error) =>
        error == Errno.ENXIO ? $"{path} is not a regular file" : $"{(error == Errno.EISDIR ? "read" : "open")} {path}: {error.Describe()}";
}

/// <summary>A configuration that cannot be read, or a change to it that makes no sense.</summary>
/// <param name="reason">What kind of fault it is.</param>
/// <param name="message">The text for people; it names the key, path or position.</param>
/// <param name="inner">The cause, or null.</param>
public sealed class ConfigurationException(ConfigurationFailure reason, string message, Exception? inner = null) : ToolkitException(message, inner)
{
    /// <summary>A value that is refused, or a file that cannot be written.</summary>
    public ConfigurationException(string message, Exception? inner = null)
        : this(ConfigurationFailure.Value, message, inner)
    {
    }

    /// <summary>What kind of fault it is.</summary>
    public ConfigurationFailure Reason => reason;

    /// <summary>The same failure, its text preceded by the step that failed, and followed by what to do about it.</summary>
    public ConfigurationException Within(string step, string hint = "") => new(reason, step + Message + hint, this);
}

/// <summary>What is wrong with a configuration.</summary>
public enum ConfigurationFailure
{
    /// <summary>A value has the wrong type, or one that is not allowed.</summary>
    Value,

    /// <summary>A file that was named is not there.</summary>
    Missing,

    /// <summary>A file cannot be read.</summary>
    Unreadable,

    /// <summary>The text is not TOML.</summary>
    Syntax,
}
