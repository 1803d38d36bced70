using GpuContainers.Cdi;
using GpuContainers.Configuration.Model;
using GpuContainers.Generation;
using GpuContainers.Generation.Legacy;
using GpuContainers.Oci;
using GpuContainers.Runtime.ContainerCli;
using GpuContainers.Runtime.ContainerCli.Cgroups;
using GpuContainers.Runtime.Prestart;
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

/// <summary>The prestart hook that does the work in legacy mode, and must not do it again in the others.</summary>
internal static class PrestartHook
{
    /// <summary>Removes the hook, whoever put it there; other hooks keep their order (RT-155).</summary>
    public static void Remove(OciDocument document)
    {
        int removed = document.RemovePrestartHooks(static hook =>
        {
            bool condemned = IsOurs(hook);
            if (condemned)
                Log.Debug($"Removing hook {hook.Path}");
            return condemned;
        });
        if (removed > 0)
            Log.Debug($"Updating 'prestart' hooks to {document.PrestartHooks.Count} remaining");
    }

    /// <summary>Appends the hook unless the list has one (RT-215, RT-216).</summary>
    public static void Insert(OciDocument document, string path)
    {
        foreach (OciHook hook in document.PrestartHooks)
        {
            if (IsOurs(hook))
            {
                Log.Info($"Existing nvidia prestart hook ({hook.Path}) found in OCI spec");
                return;
            }
        }
        Log.Info($"Using prestart hook path: {path}");
        // The program behind the hook decides by its own name and this word what to do (LG-76).
        document.AppendHook("prestart", new OciHook { Path = path, Args = [LexicalPath.Base(path), "prestart"] });
    }

    private static bool IsOurs(OciHook hook) => LexicalPath.Base(hook.Path) is "nvidia-container-runtime-hook" or "nvidia-container-toolkit";
}

/// <summary>
/// The rules for the devices that the prestart hook is going to bring, written into the specification as well: what only the hook knows is lost as soon as
/// systemd or the low-level runtime writes the rules again.
/// </summary>
internal static class LegacyDeviceRules
{
    /// <summary>Adds the rules where they are of use (CG-9). What cannot be found out is left to the hook, which reports it.</summary>
    public static void Plan(PlanInputs inputs, List<Modification> plan)
    {
        string choice = inputs.Config.Runtime.Modes.LegacyDeviceRules;
        if (choice is not ("auto" or "always" or "never"))
            Log.Warning($"nvidia-container-runtime.modes.legacy.device-rules \"{choice}\" is not known; write auto, always or never");
        if (choice == "never" || inputs.Request.Devices.Count == 0)
            return;
        plan.Add(document =>
        {
            if (choice == "always" || document.HasSystemdCgroup)
                Add(document, inputs);
        });
    }

    private static void Add(OciDocument document, PlanInputs inputs)
    {
        foreach (DeviceRule rule in Find(inputs))
        {
            Log.Debug($"Adding device rule c {rule.Major}:{rule.Minor} rw for the prestart hook");
            document.AllowDevice("c", rule.Major, rule.Minor, "rw");
        }
    }

    // The request as the hook will read it, by the words that it will pass on.
    private static IReadOnlyList<DeviceRule> Find(PlanInputs inputs)
    {
        try
        {
            ToolkitConfig config = inputs.Config;
            if (HookRequest.From(inputs.Request.Image, config, HookConfiguration.SupportedCapabilities(config)) is not { } request)
                return [];
            List<string> arguments = CliArguments.Build(ContainerCliProgram.Name, config, request, debug: false, pid: 1, root: "/rootfs");
            return ContainerCliProgram.FindRules(arguments, inputs.Host);
        }
        // Never fatal: the hook comes to the same result, and says so.
        catch (Exception failure) when (failure is CoreException or CliException)
        {
            Log.Warning($"no device rules are added to the specification: {failure.Message}");
            return [];
        }
    }
}
