using GpuContainers.Generation.Modes;
using GpuContainers.Host.Driver;

namespace GpuContainers.Generation;

/// <summary>Makes CDI specifications out of what the host has.</summary>
public static class SpecGenerator
{
    /// <summary>As the other overload, on the machine and in the environment of this process.</summary>
    public static CdiSpec Generate(GenerationOptions options, IReadOnlyList<string> ids) => Generate(options, ids, HostContext.OfThisProcess());

    /// <summary>
    /// A simplified specification, ready to be applied: devices in the order of their names, common edits with <c>NVIDIA_VISIBLE_DEVICES=void</c> as their
    /// last variable.
    /// </summary>
    /// <param name="options">What to generate.</param>
    /// <param name="ids">The devices: indices, UUIDs, channel numbers, <c>all</c>, <c>none</c>; none at all means <c>all</c>.</param>
    /// <param name="host">The machine; several generations of one run share it.</param>
    /// <param name="explanation">Takes notes of the search; null when nobody wants them.</param>
    /// <exception cref="GenerationException">The devices or the driver are not there, or not as they must be.</exception>
    public static CdiSpec Generate(GenerationOptions options, IReadOnlyList<string> ids, HostContext host, Explanation? explanation = null)
    {
        WarnOfUnknownFlags(options);
        LookAhead(options.Mode, options.DriverRoot, options.LibrarySearchPaths, host);
        // A repeated id is one id (GN-10).
        List<string> wanted = [.. ids.Distinct()];
        if (wanted.Count == 0)
            wanted.Add("all");
        try
        {
            GenerationMode mode = Resolve(options, host, explanation);
            GenerationOptions resolved = options with { Mode = mode };
            Generated found = new Wiring(resolved, host, explanation).Generate(wanted);
            return Build(resolved, found);
        }
        catch (HostException problem)
        {
            throw GenerationException.From(problem);
        }
    }

    /// <summary>
    /// Begins what takes longest in a generation, on a second processor; whoever knows the driver root early may call it before other work.
    /// </summary>
    /// <param name="mode">The mode that will be asked for; most need nothing of this.</param>
    /// <param name="driverRoot">The driver root that will be given.</param>
    /// <param name="searchPaths">The folders of libraries that will be given; nothing is begun if there are any.</param>
    /// <param name="host">The machine that will be given.</param>
    public static void LookAhead(GenerationMode mode, string driverRoot, IReadOnlyList<string> searchPaths, HostContext host)
    {
        if (searchPaths.Count == 0 && mode is GenerationMode.Auto or GenerationMode.Nvml or GenerationMode.Management)
            LibraryFolders.LookAhead(new DriverRoot(host.Files, driverRoot), host.Proc.Version);
    }

    /// <summary>The mode itself, or for <c>auto</c> that of the platform below the driver root.</summary>
    public static GenerationMode Resolve(GenerationOptions options, HostContext host, Explanation? explanation = null)
    {
        explanation?.Begin("mode", ExplanationRules.Platform);
        if (options.Mode != GenerationMode.Auto)
        {
            explanation?.Decide($"mode {options.Mode.ToText()}", "asked for");
            return options.Mode;
        }
        PlatformKind platform = Platform.Resolve(
            new DriverRoot(host.Files, options.DriverRoot), host.Proc, new DxCoreLibrary(host, options.LibrarySearchPaths), out string fact);
        if (platform == PlatformKind.Unknown)
            Log.Warning("Unsupported platform detected: unknown; assuming nvml");
        GenerationMode mode = platform switch
        {
            PlatformKind.Wsl => GenerationMode.Wsl,
            PlatformKind.Tegra => GenerationMode.Csv,
            _ => GenerationMode.Nvml,
        };
        Log.Info($"Auto-detected mode as '{mode.ToText()}'");
        explanation?.Decide($"mode {mode.ToText()}", $"auto: {fact}");
        return mode;
    }

    private static CdiSpec Build(GenerationOptions options, Generated found)
    {
        ContainerEdits common = options.SetsVisibleDevicesVoid
            // The variable tells the legacy hook to keep away (GN-6).
            ? found.Common.Append(new ContainerEdits { Env = ["NVIDIA_VISIBLE_DEVICES=void"] })
            : found.Common;
        var spec = new CdiSpec
        {
            Kind = $"{options.Vendor ?? DefaultVendor(options.Mode)}/{options.Class ?? DefaultClass(options.Mode)}",
            Devices = found.Devices,
            ContainerEdits = common,
        };
        CdiSpec simple = SpecTransforms.Simplify(spec);
        if (options.MergedDevice is { } merged)
            simple = new MergedDevice(merged, skipIfExists: true).Apply(simple);
        return SpecTransforms.MinimumVersion(simple);
    }

    private static string DefaultVendor(GenerationMode mode) => mode == GenerationMode.Management ? "management.nvidia.com" : "nvidia.com";

    private static string DefaultClass(GenerationMode mode) => mode switch
    {
        GenerationMode.Imex => "imex-channel",
        GenerationMode.Gds or GenerationMode.Mofed or GenerationMode.Gdrcopy or GenerationMode.Nvswitch => mode.ToText(),
        _ => "gpu",
    };

    // An unknown flag may be meant for a newer version, so it is told and not refused (GN-7).
    private static void WarnOfUnknownFlags(GenerationOptions options)
    {
        foreach (string flag in options.FeatureFlags)
        {
            if (!FeatureFlag.Known.Contains(flag))
                Log.Warning($"ignoring unknown feature flag {flag}; known are {string.Join(", ", FeatureFlag.Known)}");
        }
    }
}

/// <summary>No specification came about. The message begins with NVIDIA's text, so that scripts find it, and ends with what to do if that is known.</summary>
/// <param name="step">Where the generation failed.</param>
/// <param name="message">What happened, and what to do about it.</param>
/// <param name="inner">What caused it, if another exception did.</param>
public sealed class GenerationException(GenerationStep step, string message, Exception? inner = null) : ToolkitException(message, inner)
{
    /// <summary>Where the generation failed.</summary>
    public GenerationStep Step => step;

    internal static GenerationException From(HostException problem) =>
        new(problem.Reason == HostFailure.Files ? GenerationStep.Devices : GenerationStep.Identification, problem.Message, problem);
}

/// <summary>The steps of a generation.</summary>
public enum GenerationStep
{
    /// <summary>A mode, a naming strategy or another option has a value that does not exist.</summary>
    Options,

    /// <summary>What was asked for is not a name of a device, or none of this host, or the driver cannot be asked.</summary>
    Identification,

    /// <summary>A device exists, but what belongs to it (node, capability, file of the driver) does not.</summary>
    Devices,

    /// <summary>Finding what every container gets with any of the devices.</summary>
    CommonEdits,
}
