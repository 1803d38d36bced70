using GpuContainers.Configuration.Model;
using GpuContainers.Oci;
using GpuContainers.Runtime.ContainerCli;
using GpuContainers.Runtime.ContainerCli.Cgroups;
using GpuContainers.Runtime.Prestart;

namespace GpuContainers.Runtime.Create.Planning;

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
