using GpuContainers.Configuration.Keys;
using GpuContainers.Configuration.Model;

namespace GpuContainers.Configuration;

/// <summary>From TOML tables to the typed model: types are checked, never converted (CF-15), and every problem is collected.</summary>
internal sealed class ConfigReader
{
    private const int MostSuggestions = 20;

    private readonly List<(int Line, int Column, string Text)> _problems = [];
    private readonly List<(int Line, int Column, string Text)> _unknown = [];

    /// <summary>Reads the whole document over the defaults (CF-12).</summary>
    /// <exception cref="ConfigurationException">Values of wrong types: all of them, each with line and column.</exception>
    public static ToolkitConfig Read(TomlTable root)
    {
        var reader = new ConfigReader();
        var defaults = new ToolkitConfig();
        var keys = new ConfigSection(reader, root, "");
        var config = new ToolkitConfig
        {
            DisableRequire = keys.Boolean("disable-require", defaults.DisableRequire),
            SwarmResource = keys.Text("swarm-resource", defaults.SwarmResource),
            AcceptEnvironmentWhenUnprivileged = keys.Boolean(
                "accept-nvidia-visible-devices-envvar-when-unprivileged", defaults.AcceptEnvironmentWhenUnprivileged),
            AcceptVolumeMounts = keys.Boolean("accept-nvidia-visible-devices-as-volume-mounts", defaults.AcceptVolumeMounts),
            SupportedDriverCapabilities = keys.Text("supported-driver-capabilities", defaults.SupportedDriverCapabilities),
            ContainerCli = keys.Read("nvidia-container-cli", defaults.ContainerCli, ContainerCli),
            Ctk = keys.Read("nvidia-ctk", defaults.Ctk, Ctk),
            Runtime = keys.Read("nvidia-container-runtime", defaults.Runtime, Runtime),
            RuntimeHook = keys.Read("nvidia-container-runtime-hook", defaults.RuntimeHook, RuntimeHook),
            Features = keys.Read("features", defaults.Features, Features),
        };
        keys.Close();
        if (reader._problems.Count > 0)
            throw new ConfigurationException("failed to unmarshal config: " + string.Join("; ", InOrder(reader._problems)));
        return reader._unknown.Count == 0 ? config : config with { Warnings = InOrder(reader._unknown) };
    }

    /// <summary>Notes a value of the wrong type (CF-15).</summary>
    public void WrongType(TomlValue value, string wanted) =>
        _problems.Add((value.Line, value.Column, $"({value.Line}, {value.Column}): Can't convert {value}({value.TypeName}) to {wanted}"));

    /// <summary>Notes a key that no program reads (CF-13).</summary>
    public void Unknown(string path, TomlValue value)
    {
        // Who mistypes more than a few keys wrote another kind of file; comparing thousands with all that there are takes seconds (SEC-26).
        string? near = _unknown.Count < MostSuggestions ? ConfigKeys.Nearest(path) : null;
        string text = $"unknown key {path} in line {value.Line} of the configuration is ignored" + (near is null ? "" : $"; did you mean {near}?");
        _unknown.Add((value.Line, value.Column, text));
    }

    private static List<string> InOrder(List<(int Line, int Column, string Text)> remarks)
    {
        remarks.Sort();
        return remarks.ConvertAll(remark => remark.Text);
    }

    private static ContainerCliConfig ContainerCli(ConfigSection keys, ContainerCliConfig defaults)
    {
        ContainerCliConfig section = defaults with
        {
            Root = keys.Text("root", defaults.Root),
            Path = keys.Text("path", defaults.Path),
            Implementation = keys.Text("implementation", defaults.Implementation),
            Environment = keys.List("environment", defaults.Environment),
            Debug = keys.Text("debug", defaults.Debug),
            Ldcache = keys.Text("ldcache", defaults.Ldcache),
            LoadKernelModules = keys.Boolean("load-kmods", defaults.LoadKernelModules),
            NoPivot = keys.Boolean("no-pivot", defaults.NoPivot),
            NoCgroups = keys.Boolean("no-cgroups", defaults.NoCgroups),
        };
        if (keys.OptionalText("user") is { } user)
            section = section with { User = user };
        return keys.OptionalText("ldconfig") is { } ldconfig ? section with { Ldconfig = ldconfig } : section;
    }

    private static CtkConfig Ctk(ConfigSection keys, CtkConfig defaults) => new() { Path = keys.Text("path", defaults.Path) };

    private static RuntimeHookConfig RuntimeHook(ConfigSection keys, RuntimeHookConfig defaults) => new()
    {
        Path = keys.Text("path", defaults.Path),
        SkipModeDetection = keys.Boolean("skip-mode-detection", defaults.SkipModeDetection),
    };

    private static RuntimeConfig Runtime(ConfigSection keys, RuntimeConfig defaults) => new()
    {
        Debug = keys.Text("debug", defaults.Debug),
        LogLevel = keys.Text("log-level", defaults.LogLevel),
        Runtimes = keys.List("runtimes", defaults.Runtimes),
        Mode = keys.Text("mode", defaults.Mode),
        Modes = keys.Read("modes", defaults.Modes, Modes),
    };

    // Each mode has a table of its own below modes (CF-21).
    private static RuntimeModesConfig Modes(ConfigSection keys, RuntimeModesConfig defaults)
    {
        RuntimeModesConfig modes = keys.Read("cdi", defaults, static (cdi, modes) => modes with
        {
            CdiSpecDirectories = cdi.List("spec-dirs", modes.CdiSpecDirectories),
            CdiDefaultKind = cdi.Text("default-kind", modes.CdiDefaultKind),
            CdiAnnotationPrefixes = cdi.List("annotation-prefixes", modes.CdiAnnotationPrefixes),
            CdiAllowedKinds = cdi.List("allowed-kinds", modes.CdiAllowedKinds),
        });
        modes = keys.Read("csv", modes, static (csv, modes) => modes with
        {
            CsvMountSpecPath = csv.Text("mount-spec-path", modes.CsvMountSpecPath),
            CsvCompatContainerRoot = csv.Text("compat-container-root", modes.CsvCompatContainerRoot),
        });
        modes = keys.Read("jit-cdi", modes, static (jit, modes) => modes with
        {
            GeneratorFeatureFlags = jit.List("nvcdi-feature-flags", modes.GeneratorFeatureFlags),
            GeneratorDisabledHooks = jit.List("nvcdi-disable-hooks", modes.GeneratorDisabledHooks),
            JoinsHooks = jit.Boolean("join-hooks", modes.JoinsHooks),
        });
        return keys.Read("legacy", modes, static (legacy, modes) => modes with
        {
            LegacyCudaCompatMode = legacy.Text("cuda-compat-mode", modes.LegacyCudaCompatMode),
            LegacyDeviceRules = legacy.Text("device-rules", modes.LegacyDeviceRules),
        });
    }

    private static FeaturesConfig Features(ConfigSection keys, FeaturesConfig _) => new()
    {
        AllowCudaCompatLibsFromContainer = keys.OptionalBoolean("allow-cuda-compat-libs-from-container"),
        AllowLdconfigFromContainer = keys.OptionalBoolean("allow-ldconfig-from-container"),
        AllowUnknownOciSpecFields = keys.OptionalBoolean("allow-unknown-oci-spec-fields"),
        DisableCudaCompatLibHook = keys.OptionalBoolean("disable-cuda-compat-lib-hook"),
        DisableImexChannelCreation = keys.OptionalBoolean("disable-imex-channel-creation"),
        IgnoreGatedVariablesWhenUnprivileged = keys.OptionalBoolean("ignore-gated-envvars-when-unprivileged"),
        IgnoreImexChannelRequests = keys.OptionalBoolean("ignore-imex-channel-requests"),
        NoAdditionalGidsForDeviceNodes = keys.OptionalBoolean("no-additional-gids-for-device-nodes"),
    };
}
