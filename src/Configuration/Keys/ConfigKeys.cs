using GpuContainers.Configuration.Model;

namespace GpuContainers.Configuration.Keys;

/// <summary>All keys of config.toml, in the order of that file's usual text.</summary>
public static class ConfigKeys
{
    private const string Cli = "nvidia-container-cli.";
    private const string Runtime = "nvidia-container-runtime.";

    /// <summary>The keys.</summary>
    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        new("disable-require", ConfigKeyType.Boolean, "hook", "skip the requirements that images state in NVIDIA_REQUIRE_* variables",
            config => Flag(config.DisableRequire), IsEmitted: true),
        new("swarm-resource", ConfigKeyType.Text, "shim, hook",
            "comma-separated names of container variables that replace NVIDIA_VISIBLE_DEVICES (Docker Swarm)", config => Words(config.SwarmResource),
            Sample: Words("DOCKER_RESOURCE_GPU")),
        new("accept-nvidia-visible-devices-envvar-when-unprivileged", ConfigKeyType.Boolean, "shim, hook",
            "honour GPU requests by environment variable of unprivileged containers; false stops images from asking for GPUs by themselves",
            config => Flag(config.AcceptEnvironmentWhenUnprivileged), Sample: Flag(true)),
        new("accept-nvidia-visible-devices-as-volume-mounts", ConfigKeyType.Boolean, "shim, hook",
            "honour GPU requests made by mounting /dev/null below /var/run/nvidia-container-devices", config => Flag(config.AcceptVolumeMounts),
            Sample: Flag(false)),
        new("supported-driver-capabilities", ConfigKeyType.Text, "hook",
            "upper bound of the driver capabilities that containers may have; \"all\" in a container stands for this list",
            config => Words(config.SupportedDriverCapabilities))
        {
            Values = ToolkitConfig.DefaultDriverCapabilities.Split(','),
            IsListOfValues = true,
            IsEmitted = true,
        },
        new(Cli + "root", ConfigKeyType.Text, "shim, hook", "driver root: where the driver's files are found; empty means the root of the host",
            config => Words(config.ContainerCli.Root), Sample: Words("/run/nvidia/driver")),
        new(Cli + "path", ConfigKeyType.Text, "hook", "executable of the injector; empty means that it is searched in PATH",
            config => Words(config.ContainerCli.Path), Sample: Words("/usr/bin/nvidia-container-cli")),
        new(Cli + "implementation", ConfigKeyType.Text, "hook",
            "which injector works: native (a part of this toolkit), external (another program), or auto (native unless path or PATH name another program)",
            config => Words(config.ContainerCli.Implementation))
        {
            Values = ["native", "external", "auto"],
        },
        new(Cli + "environment", ConfigKeyType.List, "hook", "entries NAME=value added to the environment of the injector",
            config => List(config.ContainerCli.Environment), IsEmitted: true),
        new(Cli + "debug", ConfigKeyType.Text, "hook", "log file of the injector; empty means none", config => Words(config.ContainerCli.Debug),
            Sample: Words("/var/log/nvidia-container-toolkit.log")),
        new(Cli + "ldcache", ConfigKeyType.Text, "hook", "linker cache in which the driver's libraries are searched; empty means the one of the system",
            config => Words(config.ContainerCli.Ldcache), Sample: Words("/etc/ld.so.cache")),
        new(Cli + "load-kmods", ConfigKeyType.Boolean, "hook", "load the driver's kernel modules when they are missing",
            config => Flag(config.ContainerCli.LoadKernelModules), IsEmitted: true),
        new(Cli + "no-pivot", ConfigKeyType.Boolean, "hook", "work without pivot_root (hosts that run from an initial ram disk)",
            config => Flag(config.ContainerCli.NoPivot)),
        new(Cli + "no-cgroups", ConfigKeyType.Boolean, "hook", "leave device cgroups alone (rootless engines)", config => Flag(config.ContainerCli.NoCgroups),
            Sample: Flag(false)),
        new(Cli + "user", ConfigKeyType.Text, "hook", "user and group under which the driver is queried", config => Words(config.ContainerCli.User),
            Sample: Words(OperatingSystemRelease.SuseUser)),
        new(Cli + "ldconfig", ConfigKeyType.Text, "shim, hook",
            "the linker cache program; \"@\" in front marks a path of the host and must be there unless features.allow-ldconfig-from-container is true",
            config => Words(config.ContainerCli.Ldconfig), IsEmitted: true),
        new("nvidia-ctk.path", ConfigKeyType.Text, "shim", "executable that hooks in containers call", config => Words(config.Ctk.Path), IsEmitted: true),
        new(Runtime + "debug", ConfigKeyType.Text, "shim", "log file; empty or /dev/null means none", config => Words(config.Runtime.Debug),
            Sample: Words("/var/log/nvidia-container-runtime.log")),
        new(Runtime + "log-level", ConfigKeyType.Text, "shim", "how much is logged: error, warning, info, debug or trace",
            config => Words(config.Runtime.LogLevel))
        {
            Values = ["panic", "fatal", "error", "warn", "warning", "info", "debug", "trace"],
            IgnoresCase = true,
            IsEmitted = true,
        },
        new(Runtime + "runtimes", ConfigKeyType.List, "shim", "candidates for the low-level runtime, names or paths; the first that is found is used",
            config => List(config.Runtime.Runtimes), IsEmitted: true),
        new(Runtime + "mode", ConfigKeyType.Text, "shim, hook", "how containers are modified: auto, cdi, jit-cdi, csv or legacy",
            config => Words(config.Runtime.Mode))
        {
            Values = ["auto", "cdi", "jit-cdi", "csv", "legacy"],
            IsEmitted = true,
        },
        new(Runtime + "modes.cdi.spec-dirs", ConfigKeyType.List, "shim", "CDI directories; later ones have priority",
            config => List(config.Runtime.Modes.CdiSpecDirectories), IsEmitted: true),
        new(Runtime + "modes.cdi.default-kind", ConfigKeyType.Text, "shim", "kind of device names without vendor and class in mode cdi",
            config => Words(config.Runtime.Modes.CdiDefaultKind), IsEmitted: true),
        new(Runtime + "modes.cdi.annotation-prefixes", ConfigKeyType.List, "shim", "prefixes of the annotation keys that carry device requests",
            config => List(config.Runtime.Modes.CdiAnnotationPrefixes), IsEmitted: true),
        new(Runtime + "modes.cdi.allowed-kinds", ConfigKeyType.List, "shim",
            "kinds (vendor/class, or vendor/*) of CDI devices that containers may ask for by environment variable; empty means all",
            config => List(config.Runtime.Modes.CdiAllowedKinds)),
        new(Runtime + "modes.csv.mount-spec-path", ConfigKeyType.Text, "shim", "directory of the CSV files that list what a Tegra system injects",
            config => Words(config.Runtime.Modes.CsvMountSpecPath), IsEmitted: true),
        new(Runtime + "modes.csv.compat-container-root", ConfigKeyType.Text, "shim",
            "directory of the CUDA compatibility libraries in containers on Orin; empty means /usr/local/cuda/compat_orin",
            config => Words(config.Runtime.Modes.CsvCompatContainerRoot)),
        new(Runtime + "modes.jit-cdi.nvcdi-feature-flags", ConfigKeyType.List, "shim", "flags of the generator of CDI specifications, also for mode csv",
            config => List(config.Runtime.Modes.GeneratorFeatureFlags)),
        new(Runtime + "modes.jit-cdi.nvcdi-disable-hooks", ConfigKeyType.List, "shim", "hooks that are not generated; \"all\" means none is",
            config => List(config.Runtime.Modes.GeneratorDisabledHooks)),
        new(Runtime + "modes.jit-cdi.join-hooks", ConfigKeyType.Boolean, "shim",
            "make one call of a container's hooks where specifications are made for one container; off, the low-level runtime starts each by itself",
            config => Flag(config.Runtime.Modes.JoinsHooks)),
        new(Runtime + "modes.legacy.cuda-compat-mode", ConfigKeyType.Text, "shim, hook",
            "how the image's CUDA compatibility libraries are made to count in mode legacy: ldconfig, mount, hook or disabled",
            config => Words(config.Runtime.Modes.LegacyCudaCompatMode))
        {
            Values = ["ldconfig", "mount", "hook", "disabled"],
            IsEmitted = true,
        },
        new(Runtime + "modes.legacy.device-rules", ConfigKeyType.Text, "shim",
            "write the rules for the prestart hook's devices into the specification too, so that they outlive systemctl daemon-reload and docker update: " +
                "auto (where systemd manages the container's cgroup), always or never",
            config => Words(config.Runtime.Modes.LegacyDeviceRules))
        {
            Values = ["auto", "always", "never"],
        },
        new("nvidia-container-runtime-hook.path", ConfigKeyType.Text, "shim", "executable of the prestart hook that mode legacy adds",
            config => Words(config.RuntimeHook.Path), IsEmitted: true),
        new("nvidia-container-runtime-hook.skip-mode-detection", ConfigKeyType.Boolean, "hook", "let the prestart hook work whatever the mode is",
            config => Flag(config.RuntimeHook.SkipModeDetection), IsEmitted: true),
        new("features.allow-cuda-compat-libs-from-container", ConfigKeyType.Feature, "hook",
            "let the image's CUDA compatibility libraries count when cuda-compat-mode says nothing known",
            config => Flag(config.Features.AllowCudaCompatLibsFromContainer)),
        new("features.allow-ldconfig-from-container", ConfigKeyType.Feature, "shim, hook",
            "allow nvidia-container-cli.ldconfig to be a path inside the container (unsafe with images that you do not trust)",
            config => Flag(config.Features.AllowLdconfigFromContainer)),
        new("features.allow-unknown-oci-spec-fields", ConfigKeyType.Feature, "shim", "let members of config.json that the shim does not know pass",
            config => Flag(config.Features.AllowUnknownOciSpecFields)),
        new("features.disable-cuda-compat-lib-hook", ConfigKeyType.Feature, "shim", "do not add the hook of cuda-compat-mode = \"hook\"",
            config => Flag(config.Features.DisableCudaCompatLibHook)),
        new("features.disable-imex-channel-creation", ConfigKeyType.Feature, "hook", "do not create nodes of IMEX channels",
            config => Flag(config.Features.DisableImexChannelCreation)),
        new("features.ignore-gated-envvars-when-unprivileged", ConfigKeyType.Feature, "shim",
            "ignore NVIDIA_GDS, NVIDIA_MOFED, NVIDIA_GDRCOPY and NVIDIA_NVSWITCH of unprivileged containers where requests by environment are not accepted",
            config => Flag(config.Features.IgnoreGatedVariablesWhenUnprivileged)),
        new("features.ignore-imex-channel-requests", ConfigKeyType.Feature, "shim, hook", "ignore requests for IMEX channels by environment and mounts",
            config => Flag(config.Features.IgnoreImexChannelRequests)),
        new("features.no-additional-gids-for-device-nodes", ConfigKeyType.Feature, "shim",
            "add no supplementary groups for device nodes that not everybody may open", config => Flag(config.Features.NoAdditionalGidsForDeviceNodes)),
    ];

    /// <summary>The key of exactly this path, or null.</summary>
    public static ConfigKey? Find(string path)
    {
        foreach (ConfigKey key in All)
        {
            if (key.Path == path)
                return key;
        }
        return null;
    }

    /// <summary>Whether the path names a table above keys.</summary>
    public static bool IsSection(string path)
    {
        foreach (ConfigKey key in All)
        {
            if (key.Path.StartsWith(path + ".", StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>The known path that a mistyped one most likely means, or null if none is near.</summary>
    public static string? Nearest(string path)
    {
        string? nearest = null;
        int most = Math.Max(2, path.Length / 4);
        foreach (ConfigKey key in All)
        {
            if (EditDistance.Within(path, key.Path, most) is { } distance)
                (nearest, most) = (key.Path, distance - 1);
        }
        return nearest;
    }

    /// <summary>What <c>config default</c> writes: the keys that are always shown, and those whose default differs from "not set" on this system.</summary>
    public static TomlTable Defaults()
    {
        var defaults = new ToolkitConfig();
        var root = new TomlTable();
        foreach (ConfigKey key in All)
        {
            // On SUSE-like systems the user is a real value, not a sample (CF-74).
            bool isSuseUser = key.Path == Cli + "user" && defaults.ContainerCli.User.Length > 0;
            if (key.IsEmitted || isSuseUser)
                root.Descend(key.Parts.AsSpan(..^1)).Set(key.Parts[^1], key.Read(defaults)!);
        }
        return root;
    }

    private static TomlString Words(string text) => new(text);

    private static TomlBoolean? Flag(bool? value) => value is { } flag ? new TomlBoolean(flag) : null;

    private static TomlArray List(IReadOnlyList<string> texts) => TomlArray.From(texts);
}

/// <summary>How far two words are apart.</summary>
public static class EditDistance
{
    /// <summary>
    /// The least number of characters to insert, delete or replace to make one of the other (Levenshtein); upper and lower case count as the same.
    /// </summary>
    /// <param name="left">A word.</param>
    /// <param name="right">Another word.</param>
    /// <param name="most">The largest distance that is of interest.</param>
    /// <returns>Null when they are further apart than that; words of very different length are told apart by that alone.</returns>
    public static int? Within(ReadOnlySpan<char> left, ReadOnlySpan<char> right, int most)
    {
        if (Math.Abs(left.Length - right.Length) > most)
            return null;
        var row = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
            row[j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1;
                int best = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + same);
                (diagonal, row[j]) = (row[j], best);
            }
        }
        return row[right.Length] <= most ? row[right.Length] : null;
    }
}
