using GpuContainers.Cdi;
using GpuContainers.Generation;
using GpuContainers.Generation.Legacy;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>The mode <c>legacy</c>: a prestart hook brings the devices; what it does not know comes from here.</summary>
internal static class LegacyPlanner
{
    /// <summary>Adds gated features, graphics and the prestart hook, in this order (RT-150).</summary>
    /// <exception cref="CoreException">Graphics or the CUDA compatibility hook cannot be prepared.</exception>
    public static void Plan(PlanInputs inputs, List<Modification> plan)
    {
        GatedFeatures.Plan(inputs, plan, hidesDevices: false);
        PlanCudaCompat(inputs, plan);
        PlanGraphics(inputs, plan);
        LegacyDeviceRules.Plan(inputs, plan);
        // For every container, GPU or not (RT-152, RT-216). The hook reads the modified specification by itself (RT-217).
        plan.Add(document => PrestartHook.Insert(document, inputs.RuntimeHookPath));
    }

    // In the other modes the generated specification brings this hook along (RT-221).
    private static void PlanCudaCompat(PlanInputs inputs, List<Modification> plan)
    {
        bool wanted = inputs.Config.Features.DisableCudaCompatLibHook != true && inputs.Config.Runtime.Modes.LegacyCudaCompatMode == "hook";
        if (!wanted || inputs.Request.Devices.Count == 0)
            return;
        Add(plan, () => CudaCompatHook.Find(inputs.Options(GenerationMode.Nvml, "gpu"), inputs.Host));
    }

    // The legacy hook mounts no graphics configuration, so it is added here (RT-225).
    private static void PlanGraphics(PlanInputs inputs, List<Modification> plan)
    {
        if (inputs.Request.Devices.Count == 0)
        {
            Log.Info("No graphics modifier required; no devices requested");
            return;
        }
        var capabilities = DriverCapabilities.Parse(inputs.Request.Image.Variable("NVIDIA_DRIVER_CAPABILITIES"));
        if (!capabilities.Has("graphics") && !capabilities.Has("display"))
        {
            Log.Info("No graphics modifier required; no required capabilities requested");
            return;
        }
        Add(plan, () => LegacyGraphics.Find(inputs.Options(GenerationMode.Nvml, "gpu"), inputs.Request.Devices, inputs.Host));
    }

    private static void Add(List<Modification> plan, Func<ContainerEdits> discover)
    {
        ContainerEdits edits;
        try
        {
            edits = discover();
        }
        catch (GenerationException error)
        {
            throw new CoreException(error.Message, error);
        }
        Announce(edits);
        plan.Add(document => CdiInjector.Inject(document, edits));
    }

    // Section 4.6: what these modifiers bring is told one by one.
    private static void Announce(ContainerEdits edits)
    {
        if (!Log.Enabled(LogLevel.Info))
            return;
        Log.Info("Mounts:");
        foreach (Mount mount in edits.Mounts)
            Log.Info($"Mounting {mount.HostPath} at {mount.ContainerPath}");
        Log.Info("Devices:");
        foreach (DeviceNode node in edits.DeviceNodes)
            Log.Info($"Injecting {node.Path}");
        Log.Info("Hooks:");
        foreach (Hook hook in edits.Hooks)
            Log.Info($"Injecting {hook.Path} [{string.Join(' ', hook.Args)}]");
    }
}
