using GpuContainers.Cdi;
using GpuContainers.Generation;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>Devices beside the GPUs that a container gets when it sets a variable to <c>enabled</c> (RT-171).</summary>
internal static class GatedFeatures
{
    private static readonly (string Variable, GenerationMode Mode, string Name)[] s_features =
    [
        ("NVIDIA_GDS", GenerationMode.Gds, "gds"),
        ("NVIDIA_MOFED", GenerationMode.Mofed, "mofed"),
        ("NVIDIA_GDRCOPY", GenerationMode.Gdrcopy, "gdrcopy"),
        ("NVIDIA_NVSWITCH", GenerationMode.Nvswitch, "nvswitch"),
    ];

    /// <summary>The features that the container switches on, and may, in their fixed order.</summary>
    public static List<(GenerationMode Mode, string Name)> Active(PlanInputs inputs)
    {
        var active = new List<(GenerationMode, string)>();
        var variables = new List<string>();
        foreach ((string variable, GenerationMode mode, string name) in s_features)
        {
            if (inputs.Request.Image.Variable(variable) != "enabled")
                continue;
            active.Add((mode, name));
            variables.Add(variable);
        }
        // By default an image may ask for these nodes, because the Kubernetes device plugin sets the variables itself (RT-268).
        bool isRefused = inputs.Config.Features.IgnoreGatedVariablesWhenUnprivileged == true && !inputs.Request.MayUseEnvironment;
        if (active.Count == 0 || !isRefused)
            return active;
        Log.Warning($"Ignoring request by environment variable(s) in unprivileged container: [{string.Join(' ', variables)}]");
        return [];
    }

    /// <summary>The edits of the active features, for the modes that do not generate them together with the GPUs (RT-218).</summary>
    /// <param name="inputs">What to plan from.</param>
    /// <param name="plan">Receives the edits.</param>
    /// <param name="hidesDevices">Whether the specifications set NVIDIA_VISIBLE_DEVICES=void, which would take the GPU away in legacy mode (RT-220).</param>
    public static void Plan(PlanInputs inputs, List<Modification> plan, bool hidesDevices)
    {
        if (inputs.Request.Devices.Count == 0)
        {
            Log.Info("No modification required; no devices requested");
            return;
        }
        foreach ((GenerationMode mode, string name) in Active(inputs))
        {
            GenerationOptions options = inputs.Options(mode, name) with { SetsVisibleDevicesVoid = hidesDevices };
            CdiSpec specification = GeneratedSpec.Create(inputs, options, name, []);
            plan.Add(document => CdiInjector.Inject(document, specification, inputs.Injection));
        }
    }
}
