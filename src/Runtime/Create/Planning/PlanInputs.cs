using GpuContainers.Cdi;
using GpuContainers.Configuration;
using GpuContainers.Configuration.Model;
using GpuContainers.Generation;
using GpuContainers.Generation.Explanations;
using GpuContainers.Generation.Hooks;
using GpuContainers.Host;
using GpuContainers.Host.Tegra;
using GpuContainers.Runtime.Hooks.Limits;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>What the planners work from.</summary>
internal sealed record PlanInputs
{
    /// <summary>The vendor of devices that are described when the container starts.</summary>
    public const string Vendor = "runtime.nvidia.com";

    /// <summary>The configuration.</summary>
    public required ToolkitConfig Config { get; init; }

    /// <summary>What the container asks for.</summary>
    public required ContainerRequest Request { get; init; }

    /// <summary>The program in the hooks of the container (CF-90).</summary>
    public required string CtkPath { get; init; }

    /// <summary>The program of the prestart hook (CF-90).</summary>
    public string RuntimeHookPath { get => field.Length > 0 ? field : ExecutablePath.RuntimeHook(Config.RuntimeHook.Path); init; } = "";

    /// <summary>The machine; all generations of one run share it.</summary>
    public required HostContext Host { get; init; }

    /// <summary>
    /// Specifications that are made for this container alone, with the hooks joined into one call. Another version of the hook program might not know it, so
    /// the program has to be this very file (RT-279).
    /// </summary>
    public IReadOnlyList<CdiSpec> Joined(params IReadOnlyList<CdiSpec> specifications) =>
        Config.Runtime.Modes.JoinsHooks && IsThisProgram(CtkPath) ? JoinedHooks.Join(specifications) : specifications;

    private static bool IsThisProgram(string path) =>
        HostFile.TryStatus(path, followLinks: true, out FileStatus status) && OwnProgram.Is(status);

    /// <summary>How generated edits are applied: what the generation said about the host's nodes still holds.</summary>
    public InjectionOptions Injection => new() { NodeStatus = Host.Files.TryNode };

    /// <summary>Takes notes of what is looked for; null when nobody wants them.</summary>
    public Explanation? Explanation { get; init; }

    /// <summary>Whether the container has a device node of this path already.</summary>
    public Func<string, bool> HasOwnNode { get; init; } = static _ => false;

    /// <summary>The options that generation has in every mode (RT-174).</summary>
    public GenerationOptions Options(GenerationMode mode, string @class)
    {
        // One root for the driver's files and for device nodes (RT-13).
        string root = Config.ContainerCli.Root;
        var options = new GenerationOptions
        {
            Mode = mode,
            DriverRoot = root,
            DevRoot = root,
            HookPath = CtkPath,
            Vendor = Vendor,
            Class = @class,
            KeepsRepeatedDevices = true,
            HasOwnNode = mode == GenerationMode.Auto ? HasOwnNode : null,
            FeatureFlags = Flags(),
            DisabledHooks = DisabledHooks(),
            // The flag of the configuration alone counts (RT-175).
            NoAdditionalGids = Config.Features.NoAdditionalGidsForDeviceNodes == true,
            CsvFiles = mode is GenerationMode.Auto or GenerationMode.Csv
                ? CsvFiles.Choose(Config.Runtime.Modes.CsvMountSpecPath, Request.Image.WantsAllCsvFiles)
                : null,
        };
        string compatRoot = Config.Runtime.Modes.CsvCompatContainerRoot;
        return compatRoot.Length == 0 ? options : options with { CsvCompatContainerRoot = compatRoot };
    }

    // By its own name alone: "all" stands in most images, and hardly any has a 32-bit program (DS-140).
    private IReadOnlyList<string> Flags()
    {
        IReadOnlyList<string> configured = Config.Runtime.Modes.GeneratorFeatureFlags;
        return DriverCapabilities.Parse(Request.Image.Variable("NVIDIA_DRIVER_CAPABILITIES")).Names.Contains("compat32")
            ? [.. configured, FeatureFlag.Compat32]
            : configured;
    }

    // The specification is made for this one container, so the hook is left out unless it has something to do (HK-144).
    private IReadOnlyList<string> DisabledHooks()
    {
        IReadOnlyList<string> configured = Config.Runtime.Modes.GeneratorDisabledHooks;
        bool isLimited =
            Request.Image.Variable(MemoryLimits.RequestVariable).Length > 0 || Request.Image.Variable(MemoryLimits.LimitVariable).Length > 0;
        return isLimited ? configured : [.. configured, HookName.ApplyCudaMemoryLimits];
    }
}
