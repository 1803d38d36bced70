using GpuContainers.Cdi;
using GpuContainers.Generation;
using GpuContainers.Runtime.Requirements;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>The mode <c>csv</c> of Tegra hosts.</summary>
internal static class CsvPlanner
{
    /// <summary>Adds what gives the container the devices it asks for, if the host meets the requirements of its image (RT-190).</summary>
    /// <exception cref="CoreException">A requirement is not met, or the devices cannot be described.</exception>
    public static void Plan(PlanInputs inputs, List<Modification> plan)
    {
        if (inputs.Request.Devices.Count == 0)
        {
            Log.Info("No modification required; no devices requested");
            return;
        }
        try
        {
            ImageRequirements.Check(inputs.Request.Image, new CudaFacts(inputs.Host.Child).Properties());
        }
        catch (CoreException error)
        {
            throw error.Within(
                "requirements not met: ", "use an image for this driver, update the driver, or set NVIDIA_DISABLE_REQUIRE=1 in the container");
        }
        Log.Info($"Constructing modifier from config: mode csv, files in {inputs.Config.Runtime.Modes.CsvMountSpecPath}");
        // IMEX channels are never injected here (RT-193).
        // One empty name stands for "none": the driver's files without a GPU (RT-277).
        IReadOnlyList<string> ids = inputs.Request.Devices is [""] ? ["none"] : inputs.Request.Devices;
        CdiSpec generated = GeneratedSpec.Create(inputs, inputs.Options(GenerationMode.Csv, "gpu"), "csv", ids);
        foreach (CdiSpec specification in inputs.Joined(generated))
            plan.Add(document => CdiInjector.Inject(document, specification, inputs.Injection));
    }
}
