using GpuContainers.Configuration.Keys;
using GpuContainers.Configuration.Model;

namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>config.toml and the programs that it leads to.</summary>
internal static class ToolkitChecks
{
    private const string ModeKey = "nvidia-container-runtime.mode";
    private static readonly string[] s_modes = ["auto", "cdi", "jit-cdi", "csv", "legacy"];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("config-readable", Subject.Toolkit, "with a configuration that cannot be read no container with a GPU starts", Readable),
        Check.Of("config-keys", Subject.Toolkit, "a key that is misspelt, or in the wrong section, changes nothing", Keys),
        Check.Of("config-values", Subject.Toolkit, "a value that a key does not know is not taken for what was meant", Values),
        Check.Of("config-mode", Subject.Toolkit, "the mode decides how devices get into containers", Mode),
        Check.Of("config-runtimes", Subject.Toolkit, "the runtime hands over to a low-level runtime; without one no container starts", Runtimes),
        Check.Of("config-no-cgroups", Subject.Toolkit, "the one switch for rootless engines takes the GPUs from the containers of root's", NoCgroups),
        Check.Of("config-isolation", Subject.Toolkit,
            "on a cluster node an image that sets NVIDIA_VISIBLE_DEVICES=all gets GPUs that were not allotted to it", Isolation),
        Check.Of("programs", Subject.Toolkit, "hooks in containers run these programs; without them no container with a GPU starts", Programs),
    ];

    private static Finding Readable(Machine machine)
    {
        ToolkitFacts toolkit = machine.Toolkit;
        if (toolkit.Problem.Length > 0)
            return Finding.Error(toolkit.Problem, Cure.Advise($"correct {toolkit.ConfigPath} at the place that is named; nvidia-ctk config shows the result"));
        return Finding.Ok(machine.Has(toolkit.ConfigPath) ? $"{toolkit.ConfigPath} can be read" : $"there is no {toolkit.ConfigPath}: the defaults count");
    }

    private static Finding Keys(Machine machine)
    {
        if (!machine.Has(machine.Toolkit.ConfigPath) || machine.Toolkit.Problem.Length > 0)
            return Finding.NotApplicable("there is no configuration that can be read");
        IReadOnlyList<string> warnings = machine.Toolkit.Config.Warnings;
        if (warnings.Count == 0)
            return Finding.Ok("every key is known");
        return Finding.Warning(warnings[0] + (warnings.Count > 1 ? $" ({warnings.Count - 1} more)" : ""),
            Cure.Advise($"correct it in {machine.Toolkit.ConfigPath}; nvidia-ctk config explain lists the keys"));
    }

    // The mode has a check of its own.
    private static Finding Values(Machine machine)
    {
        if (!machine.Has(machine.Toolkit.ConfigPath) || machine.Toolkit.Problem.Length > 0)
            return Finding.NotApplicable("there is no configuration that can be read");
        string[] wrong = [.. ConfigKeys.All.Where(static key => key.Path != ModeKey).Select(key => key.Refusal(machine.Toolkit.Config)).OfType<string>()];
        return wrong.Length == 0 ? Finding.Ok("every value is one that its key knows")
            : Finding.Warning(wrong[0] + (wrong.Length > 1 ? $" ({wrong.Length - 1} more)" : ""), Cure.Advise($"correct it in {machine.Toolkit.ConfigPath}"));
    }

    private static Finding Mode(Machine machine)
    {
        string mode = machine.Toolkit.Config.Runtime.Mode;
        if (!s_modes.Contains(mode))
            return Finding.Error($"nvidia-container-runtime.mode is \"{mode}\", which does not exist", SetAuto());
        if (mode == "legacy")
            return Finding.Warning("nvidia-container-runtime.mode is legacy: its hook changes control groups behind systemd's back", SetAuto());
        return Finding.Ok($"the mode is {mode}");
    }

    private static Cure SetAuto() => Cure.Fix("nvidia-ctk", "config", "--in-place", "--set", "nvidia-container-runtime.mode=auto");

    private static Finding Runtimes(Machine machine)
    {
        IReadOnlyList<string> candidates = machine.Toolkit.Config.Runtime.Runtimes;
        string? found = candidates.FirstOrDefault(candidate => machine.Program(candidate) is not null);
        if (found is not null)
            return Finding.Ok($"{machine.Program(found)} is the low-level runtime");
        return Finding.Error($"none of {string.Join(", ", candidates)} is there (nvidia-container-runtime.runtimes)", Cure.Type("apt-get", "install", "runc"));
    }

    private static Finding NoCgroups(Machine machine)
    {
        if (!machine.Toolkit.Config.ContainerCli.NoCgroups)
            return Finding.Ok("nvidia-container-cli.no-cgroups is off");
        string[] engines = [.. machine.Engines.Where(static engine => !engine.IsRootless && engine.Kind != "podman").Select(static engine => engine.Title)];
        if (engines.Length == 0)
            return Finding.Ok("nvidia-container-cli.no-cgroups is on, and every engine here is rootless");
        return Finding.Warning($"nvidia-container-cli.no-cgroups is on, and {Text.Some(engines)} runs as root",
            Cure.Fix("nvidia-ctk", "config", "--in-place", "--set", "nvidia-container-cli.no-cgroups=false"));
    }

    private static Finding Isolation(Machine machine)
    {
        if (!machine.Toolkit.IsClusterNode)
            return Finding.NotApplicable("this is not a node of a cluster");
        ToolkitConfig config = machine.Toolkit.Config;
        if (!config.AcceptEnvironmentWhenUnprivileged)
            return Finding.Ok("unprivileged containers cannot ask for GPUs by their environment");
        return Finding.Warning("accept-nvidia-visible-devices-envvar-when-unprivileged is on, and this is a node of a cluster",
            Cure.Fix("nvidia-ctk", "config", "--in-place", "--set", "accept-nvidia-visible-devices-envvar-when-unprivileged=false"));
    }

    private static Finding Programs(Machine machine)
    {
        ToolkitConfig config = machine.Toolkit.Config;
        string[] wanted = [config.Ctk.Path, config.RuntimeHook.Path, "nvidia-cdi-hook", "nvidia-container-runtime"];
        string[] missing = [.. wanted.Where(name => machine.Program(name) is null)];
        if (missing.Length == 0)
            return Finding.Ok($"nvidia-ctk, the hooks and the runtime are in {LexicalPath.Parent(machine.Program(config.Ctk.Path)!)}");
        return Finding.Error($"{string.Join(" and ", missing)} {(missing.Length == 1 ? "is" : "are")} in no folder for programs",
            Cure.Advise("install the toolkit's package again, or correct nvidia-ctk.path and nvidia-container-runtime-hook.path"));
    }
}
