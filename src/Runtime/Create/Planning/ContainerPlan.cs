using GpuContainers.Oci;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>Everything that has to change in a specification, by mode (RT-150).</summary>
internal static class ContainerPlan
{
    /// <summary>Prepares all changes in the order in which they are to be made; nothing is changed yet (RT-151).</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="inputs">What to plan from.</param>
    /// <exception cref="CoreException">A change cannot be prepared.</exception>
    public static List<Modification> Build(RuntimeMode mode, PlanInputs inputs)
    {
        var plan = new List<Modification>();
        if (mode == RuntimeMode.Legacy)
        {
            LegacyPlanner.Plan(inputs, plan);
            return plan;
        }
        // Before devices are injected, so that a hook of this name that a CDI specification brings stays (RT-156).
        plan.Add(PrestartHook.Remove);
        switch (mode)
        {
            case RuntimeMode.Csv:
                GatedFeatures.Plan(inputs, plan, hidesDevices: true);
                CsvPlanner.Plan(inputs, plan);
                break;
            case RuntimeMode.Cdi:
                CdiPlanner.Plan(inputs, inputs.Config.Runtime.Modes.CdiDefaultKind, plan);
                break;
            default:
                CdiPlanner.Plan(inputs, AutomaticDevices.Kind, plan);
                break;
        }
        return plan;
    }
}

/// <summary>One change of a specification, with everything it needs at hand. All are prepared before the first is made (RT-151).</summary>
/// <param name="specification">The specification to change.</param>
internal delegate void Modification(OciDocument specification);
