using GpuContainers.Configuration;
using GpuContainers.Configuration.Toml;
using GpuContainers.Generation;
using GpuContainers.Generation.Hooks;
using GpuContainers.Host.Driver;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>What a command line of <c>cdi generate</c> asks for, checked.</summary>
/// <param name="Options">What to generate, without the device that holds all others.</param>
/// <param name="Ids">The devices.</param>
/// <param name="MergedDevice">The name of the device that holds all others; null for none.</param>
/// <param name="Output">The file; empty for standard output.</param>
/// <param name="Format">The encoding where no extension decides.</param>
/// <param name="Explains">Whether the explanation is wanted, in place of the specification on standard output.</param>
/// <param name="ExplainsAsJson">Whether it is wanted as JSON.</param>
/// <param name="JoinsHooks">Whether hooks become one call.</param>
internal sealed record GenerateRequest(
    GenerationOptions Options, IReadOnlyList<string> Ids, string? MergedDevice, string Output, SpecFormat Format, bool Explains, bool ExplainsAsJson,
    bool JoinsHooks = false)
{
    private const string AllDevice = "all";

    /// <summary>Reads the options of a call and checks them in NVIDIA's order.</summary>
    /// <exception cref="ToolkitException">A value that makes no sense.</exception>
    public static GenerateRequest Read(Invocation invocation, HostContext host) => Read(invocation, host, GenerateFlags.Output);

    /// <summary>As the other overload, for a command with an option of its own for the file.</summary>
    public static GenerateRequest Read(Invocation invocation, HostContext host, TextOption file)
    {
        SpecFormat format = ReadFormat(invocation.Get(GenerateFlags.Format));
        string modeText = invocation.Get(GenerateFlags.Mode);
        GenerationMode mode = GenerationModeText.Parse(modeText)
            ?? throw Invalid(
                $"invalid discovery mode: {modeText.ToLowerInvariant()}; "
                + $"use one of {string.Join(", ", GenerationModeText.All.Select(static known => known.ToText()))}");
        DeviceNameStrategy[] strategies = [.. invocation.Get(GenerateFlags.NameStrategy).Select(ReadStrategy)];
        string driverRoot = DriverRootOf(invocation);
        string[] librarySearchPaths = invocation.Get(GenerateFlags.LibrarySearchPath);
        SpecGenerator.LookAhead(mode, driverRoot, librarySearchPaths, host);
        string hookPath = HookProgramPath.Resolve(invocation.Get(GenerateFlags.HookPath), host);
        string output = invocation.Get(file);
        bool isFormatGiven = invocation.IsGiven(GenerateFlags.Format);
        SpecFormat used = WithExtension(format, isFormatGiven, output);
        string vendor = invocation.Get(GenerateFlags.Vendor), className = invocation.Get(GenerateFlags.Class);
        if (CdiName.KindProblem(vendor) is { } vendorProblem)
            throw Invalid($"invalid CDI vendor name: invalid vendor. {vendorProblem}");
        if (CdiName.KindProblem(className) is { } classProblem)
            throw Invalid($"invalid CDI class name: invalid class. {classProblem}");
        string[] enabledHooks = invocation.Get(GenerateFlags.EnableHook);
        if (enabledHooks.Contains(HookName.All))
            throw Invalid("enabling all hooks is not supported; name the hooks to enable");
        string[] ids = invocation.Get(GenerateFlags.DeviceId);
        string[] flags = invocation.Get(GenerateFlags.FeatureFlags);
        var options = new GenerationOptions
        {
            Mode = mode,
            DriverRoot = driverRoot,
            DevRoot = invocation.Get(GenerateFlags.DevRoot),
            HookPath = hookPath,
            LdconfigPath = invocation.Get(GenerateFlags.LdconfigPath),
            NameStrategies = strategies,
            // Vendor and class are those of the options in every mode (GN-92).
            Vendor = vendor,
            Class = className,
            FeatureFlags = [.. flags.Where(static flag => flag.Length > 0)],
            NoAdditionalGids = flags.Contains(FeatureFlag.NoAdditionalGids),
            DisabledHooks = invocation.Get(GenerateFlags.DisableHook),
            EnabledHooks = enabledHooks,
            CsvFiles = invocation.Get(GenerateFlags.CsvFile),
            CsvIgnorePatterns = invocation.Get(GenerateFlags.CsvIgnorePattern),
            CsvCompatContainerRoot = invocation.Get(GenerateFlags.CsvCompatContainerRoot),
            LibrarySearchPaths = librarySearchPaths,
            ConfigSearchPaths = invocation.Get(GenerateFlags.ConfigSearchPath),
        };
        bool explains = invocation.Get(GenerateFlags.Explain);
        return new GenerateRequest(
            options, ids, MergedDeviceOf(invocation, ids), output, used, explains, explains && isFormatGiven && format == SpecFormat.Json,
            invocation.Get(GenerateFlags.JoinHooks));
    }

    private static SpecFormat ReadFormat(string text) => text.ToLowerInvariant() switch
    {
        "yaml" => SpecFormat.Yaml,
        "json" => SpecFormat.Json,
        var other => throw Invalid($"invalid output format: {other}; use yaml or json"),
    };

    private static DeviceNameStrategy ReadStrategy(string text) => text switch
    {
        "index" => DeviceNameStrategy.Index,
        "uuid" => DeviceNameStrategy.Uuid,
        "type-index" => DeviceNameStrategy.TypeIndex,
        _ => throw Invalid($"invalid device name strategy: {text}; use index, uuid or type-index"),
    };

    // The name of the file hints at the format, but what was asked for stays (GN-87).
    private static SpecFormat WithExtension(SpecFormat format, bool isGiven, string output)
    {
        SpecFormat? implied = LexicalPath.Extension(output).ToLowerInvariant() switch
        {
            ".json" => SpecFormat.Json,
            ".yaml" or ".yml" => SpecFormat.Yaml,
            _ => null,
        };
        if (!isGiven)
            return implied ?? format;
        if (implied is { } other && other != format)
            Log.Warning($"Requested output format \"{Word(format)}\" does not match format implied by output file name: \"{Word(other)}\"");
        return format;
    }

    // The flag, the variable (even if it is empty), the configuration (GN-81, GN-88).
    private static string DriverRootOf(Invocation invocation)
    {
        if (invocation.IsGiven(GenerateFlags.DriverRoot))
            return invocation.Get(GenerateFlags.DriverRoot);
        string path = invocation.Get(GenerateFlags.ToolkitConfig);
        try
        {
            TomlValue? root = ConfigLoader.ReadValues(path.Length > 0 ? path : ConfigLocation.Resolve())?.Find("nvidia-container-cli", "root");
            return root switch { null => "", TomlString text => text.Value, _ => TomlText.Value(root) };
        }
        catch (ConfigurationException broken)
        {
            Log.Warning($"going on without the configuration: {broken.Message}");
            return "";
        }
    }

    // With the device that stands for none, one that stands for all would contradict it (GN-91).
    private static string? MergedDeviceOf(Invocation invocation, string[] ids)
    {
        if (invocation.Get(GenerateFlags.NoAllDevice))
            return null;
        if (!ids.Contains("none"))
            return AllDevice;
        Log.Warning("Disabling generation of 'all' device: the device id none is among those asked for");
        return null;
    }

    private static string Word(SpecFormat format) => format == SpecFormat.Json ? "json" : "yaml";

    private static ToolkitException Invalid(string message) => new(message);
}

/// <summary>The program that the hooks of a specification run (GN-86).</summary>
internal static class HookProgramPath
{
    /// <summary>
    /// The absolute path of the program that was asked for: an absolute path unchecked, else what is found in PATH and the usual folders, else, after a
    /// warning, the usual place of a program of its family.
    /// </summary>
    /// <param name="asked">A path or a name; empty for nvidia-cdi-hook.</param>
    /// <param name="host">Where to look.</param>
    public static string Resolve(string asked, HostContext host)
    {
        if (asked.StartsWith('/'))
            return asked;
        string usual = LexicalPath.Base(asked) == "nvidia-ctk" ? "/usr/bin/nvidia-ctk" : "/usr/bin/nvidia-cdi-hook";
        string name = asked.Length == 0 ? LexicalPath.Base(usual) : asked;
        if (new Programs(new DriverRoot(host.Files), host.ProgramPath).Locate(name) is { } found)
            return found.StartsWith('/') ? found : LexicalPath.Join(Environment.CurrentDirectory, found);
        Log.Warning($"Failed to locate {name}: no such program in PATH or the usual folders; hooks will run {usual}");
        return usual;
    }
}
