using GpuContainers.Configuration;
using GpuContainers.Configuration.Model;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Prestart;

/// <summary>The configuration as the hook reads it.</summary>
internal static class HookConfiguration
{
    /// <summary>Loads the file that is named by flag or variable, which must exist, or the default one, which need not (LG-10, LG-11).</summary>
    /// <param name="named">The value of the flag; empty without one.</param>
    /// <param name="variable">The value of a variable of the environment that is the hook's own; null for none.</param>
    /// <exception cref="CoreException">The file cannot be used (LG-13, LG-14).</exception>
    public static ToolkitConfig Load(string named, Func<string, string?> variable)
    {
        string? required = named.Length > 0 ? named : ConfigLocation.Installed() ?? ConfigLocation.FromEnvironment(variable);
        try
        {
            return required is null ? ConfigLoader.Load(variable) : ConfigLoader.LoadRequired(required);
        }
        catch (ConfigurationException error)
        {
            // One beginning for every file that cannot be read; wrong values keep their own (LG-13).
            string prefix = error.Reason == ConfigurationFailure.Value ? "" : "couldn't open required configuration file: ";
            throw new CoreException($"error getting hook config: failed to load config: {prefix}{error.Message}", error);
        }
    }

    /// <summary>The capabilities that the administrator allows (LG-15).</summary>
    /// <exception cref="CoreException">The configured value names something that does not exist (LG-16).</exception>
    public static DriverCapabilities SupportedCapabilities(ToolkitConfig config)
    {
        // The word alone means everything; in a list it is a name that does not exist (LG-15).
        if (config.SupportedDriverCapabilities == "all")
            return DriverCapabilities.Supported;
        var configured = DriverCapabilities.Parse(config.SupportedDriverCapabilities);
        if (DriverCapabilities.Supported.Includes(configured))
            return configured;
        throw new CoreException(
            $"error getting hook config: invalid value for supported-driver-capabilities: '{config.SupportedDriverCapabilities}'; " +
            $"set it to all, or to a list of these: {DriverCapabilities.Supported}");
    }
}
