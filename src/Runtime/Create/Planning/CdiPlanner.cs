using GpuContainers.Cdi;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>The modes <c>cdi</c> and <c>jit-cdi</c>, which differ in the kind that a bare name gets.</summary>
internal static class CdiPlanner
{
    /// <summary>Adds what gives the container the devices it asks for.</summary>
    /// <param name="inputs">What to plan from.</param>
    /// <param name="defaultKind">The kind of names that are not fully qualified.</param>
    /// <param name="plan">Receives the edits.</param>
    /// <exception cref="CoreException">The names do not go together, or a device cannot be described.</exception>
    public static void Plan(PlanInputs inputs, string defaultKind, List<Modification> plan)
    {
        if (inputs.Request.IsByEnvironment)
            AllowedKinds.Require(inputs.Request.Devices, inputs.Config.Runtime.Modes.CdiAllowedKinds);
        List<string> names = Names(inputs.Request.Devices, defaultKind);
        if (names.Count == 0)
        {
            // Nothing was asked for (RT-161).
            Log.Debug($"No devices requested; no modification required.");
            return;
        }
        int automatic = names.FindAll(AutomaticDevices.IsName).Count;
        // Specifications made here and those of files are applied in different orders, so they do not mix (RT-162).
        if (automatic > 0 && automatic < names.Count)
        {
            throw new CoreException(
                $"requesting a CDI device with vendor '{PlanInputs.Vendor}' is not supported when requesting other CDI devices; ask for devices of " +
                    "one kind only");
        }
        if (automatic > 0)
        {
            Log.Debug($"Using automatic CDI modfier for devices [{ShownValues.List(names)}]");
            AutomaticDevices.Plan(inputs, names, plan);
            return;
        }
        Log.Debug($"Creating CDI modifier for devices: [{ShownValues.List(names)}]");
        IReadOnlyList<string> directories = inputs.Config.Runtime.Modes.CdiSpecDirectories;
        plan.Add(document => RegistryDevices.Inject(document, names, directories, inputs.Explanation));
    }

    /// <summary>The full names of what is asked for: <c>none</c> for an empty one, the default kind for a bare one, each once (RT-160).</summary>
    public static List<string> Names(IReadOnlyList<string> devices, string defaultKind)
    {
        var names = new List<string>();
        var seen = new HashSet<string>(devices.Count, StringComparer.Ordinal);
        foreach (string device in devices.Items())
        {
            string name = device.Length == 0 ? "none" : device;
            if (!QualifiedDeviceName.IsQualified(name))
                name = $"{defaultKind}={name}";
            if (seen.Add(name))
                names.Add(name);
        }
        return names;
    }
}

/// <summary>
/// The kinds of CDI devices that an image may ask for. Without a list all: a variable of an image reaches the devices of every vendor that has specifications
/// on the host (RT-269).
/// </summary>
internal static class AllowedKinds
{
    /// <summary>Passes when every qualified name has an allowed kind.</summary>
    /// <param name="devices">The names of the container's environment.</param>
    /// <param name="allowed">Kinds, such as "nvidia.com/gpu" or "nvidia.com/*"; none means all.</param>
    /// <exception cref="CoreException">Some have not.</exception>
    public static void Require(IReadOnlyList<string> devices, IReadOnlyList<string> allowed)
    {
        if (allowed.Count == 0)
            return;
        var exact = new HashSet<string>(allowed, StringComparer.Ordinal) { AutomaticDevices.Kind };
        var refused = new List<string>();
        foreach (string device in devices.Items())
        {
            if (QualifiedDeviceName.IsQualified(device) && !IsAllowed(device[..device.IndexOf('=')], exact))
                refused.Add(device);
        }
        if (refused.Count == 0)
            return;
        throw new CoreException(
            $"environment variables of containers may not ask for the CDI devices {ShownValues.List(refused, ", ")}; ask for them by the engine's option or " +
                $"an annotation, or add their kinds to nvidia-container-runtime.modes.cdi.allowed-kinds ({string.Join(", ", allowed)})");
    }

    private static bool IsAllowed(string kind, HashSet<string> allowed) =>
        allowed.Contains(kind) || allowed.Contains($"{kind.AsSpan(0, kind.IndexOf('/'))}/*");
}
