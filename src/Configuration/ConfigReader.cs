using GpuContainers.Configuration.Keys;
using GpuContainers.Configuration.Model;
using GpuContainers.Configuration.Toml;

namespace GpuContainers.Configuration;

/// <summary>From TOML tables to the typed model: types are checked, never converted (CF-15), and every problem is collected.</summary>
internal sealed class ConfigReader
{
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
            ContainerCli = ContainerCli(keys.Section("nvidia-container-cli"), defaults.ContainerCli),
            Ctk = Ctk(keys.Section("nvidia-ctk"), defaults.Ctk),
            Runtime = Runtime(keys.Section("nvidia-container-runtime"), defaults.Runtime),
            RuntimeHook = RuntimeHook(keys.Section("nvidia-container-runtime-hook"), defaults.RuntimeHook),
            Features = Features(keys.Section("features")),
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
        string? near = ConfigKeys.Nearest(path);
        string text = $"unknown key {path} in line {value.Line} of the configuration is ignored" + (near is null ? "" : $"; did you mean {near}?");
        _unknown.Add((value.Line, value.Column, text));
    }

    private static List<string> InOrder(List<(int Line, int Column, string Text)> remarks)
    {
        remarks.Sort();
        return remarks.ConvertAll(remark => remark.Text);
    }

    private static ContainerCliConfig ContainerCli(ConfigSection? keys, ContainerCliConfig defaults)
    {
        if (keys is null)
            return defaults;
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
        if (keys.OptionalText("ldconfig") is { } ldconfig)
            section = section with { Ldconfig = ldconfig };
        keys.Close();
        return section;
    }

    private static CtkConfig Ctk(ConfigSection? keys, CtkConfig defaults)
    {
        if (keys is null)
            return defaults;
        var section = new CtkConfig { Path = keys.Text("path", defaults.Path) };
        keys.Close();
        return section;
    }

    private static RuntimeHookConfig RuntimeHook(ConfigSection? keys, RuntimeHookConfig defaults)
    {
        if (keys is null)
            return defaults;
        var section = new RuntimeHookConfig
        {
            Path = keys.Text("path", defaults.Path),
            SkipModeDetection = keys.Boolean("skip-mode-detection", defaults.SkipModeDetection),
        };
        keys.Close();
        return section;
    }

    private static RuntimeConfig Runtime(ConfigSection? keys, RuntimeConfig defaults)
    {
        if (keys is null)
            return defaults;
        var section = new RuntimeConfig
        {
            Debug = keys.Text("debug", defaults.Debug),
            LogLevel = keys.Text("log-level", defaults.LogLevel),
            Runtimes = keys.List("runtimes", defaults.Runtimes),
            Mode = keys.Text("mode", defaults.Mode),
            Modes = Modes(keys.Section("modes"), defaults.Modes),
        };
        keys.Close();
        return section;
    }

    // Each mode has a table of its own below modes (CF-21).
    private static RuntimeModesConfig Modes(ConfigSection? keys, RuntimeModesConfig defaults)
    {
        if (keys is null)
            return defaults;
        RuntimeModesConfig modes = defaults;
        if (keys.Section("cdi") is { } cdi)
        {
            modes = modes with
            {
                CdiSpecDirectories = cdi.List("spec-dirs", defaults.CdiSpecDirectories),
                CdiDefaultKind = cdi.Text("default-kind", defaults.CdiDefaultKind),
                CdiAnnotationPrefixes = cdi.List("annotation-prefixes", defaults.CdiAnnotationPrefixes),
                CdiAllowedKinds = cdi.List("allowed-kinds", defaults.CdiAllowedKinds),
            };
            cdi.Close();
        }
        if (keys.Section("csv") is { } csv)
        {
            modes = modes with
            {
                CsvMountSpecPath = csv.Text("mount-spec-path", defaults.CsvMountSpecPath),
                CsvCompatContainerRoot = csv.Text("compat-container-root", defaults.CsvCompatContainerRoot),
            };
            csv.Close();
        }
        if (keys.Section("jit-cdi") is { } jit)
        {
            modes = modes with
            {
                GeneratorFeatureFlags = jit.List("nvcdi-feature-flags", defaults.GeneratorFeatureFlags),
                GeneratorDisabledHooks = jit.List("nvcdi-disable-hooks", defaults.GeneratorDisabledHooks),
            };
            jit.Close();
        }
        if (keys.Section("legacy") is { } legacy)
        {
            modes = modes with
            {
                LegacyCudaCompatMode = legacy.Text("cuda-compat-mode", defaults.LegacyCudaCompatMode),
                LegacyDeviceRules = legacy.Text("device-rules", defaults.LegacyDeviceRules),
            };
            legacy.Close();
        }
        keys.Close();
        return modes;
    }

    private static FeaturesConfig Features(ConfigSection? keys)
    {
        if (keys is null)
            return new FeaturesConfig();
        var section = new FeaturesConfig
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
        keys.Close();
        return section;
    }
}
