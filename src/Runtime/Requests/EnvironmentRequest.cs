namespace GpuContainers.Runtime.Requests;

/// <summary>Device names asked for by variables of the container.</summary>
internal static class EnvironmentRequest
{
    /// <summary>The variable that every image may set.</summary>
    public const string VisibleDevices = "NVIDIA_VISIBLE_DEVICES";

    /// <summary>
    /// The variables that decide: the preferred ones that the container has, in the order of the configuration, else
    /// NVIDIA_VISIBLE_DEVICES alone. A preferred variable counts even if it is empty (RT-124, LG-33, LG-34).
    /// </summary>
    public static IReadOnlyList<string> DeviceVariables(ContainerFacts image, IReadOnlyList<string> preferred)
    {
        var present = new List<string>();
        foreach (string name in preferred.Items())
        {
            if (image.HasVariable(name))
                present.Add(name);
        }
        return present.Count > 0 ? present : [VisibleDevices];
    }

    /// <summary>
    /// What the variables ask for: nothing, the one word <c>all</c>, one empty name for <c>none</c> (no GPU, but the driver files), or the names
    /// in order, a repeated one at its first place (RT-125 to RT-129), or at its last (LG-37).
    /// </summary>
    public static List<string> Evaluate(ContainerFacts image, IReadOnlyList<string> variables, bool keepsLast)
    {
        List<string> elements = Elements(image, variables);
        // "void" anywhere wins (RT-127).
        if (elements.Count == 0 || elements.Contains("void"))
            return [];
        // The first of the two words decides (RT-128).
        foreach (string element in elements)
        {
            if (element == "all")
                return ["all"];
            if (element == "none")
                return [""];
        }
        if (!keepsLast)
            return WithoutDuplicates(elements);
        elements.Reverse();
        List<string> kept = WithoutDuplicates(elements);
        kept.Reverse();
        return kept;
    }

    // Set but empty does not count as unset (RT-126).
    private static List<string> Elements(ContainerFacts image, IReadOnlyList<string> variables)
    {
        bool anySet = false;
        var elements = new List<string>();
        foreach (string variable in variables.Items())
        {
            anySet |= image.HasVariable(variable);
            elements.AddRange(CommaList.Split(image.Variable(variable)));
        }
        return !anySet && image.IsLegacyCudaImage ? ["all"] : elements;
    }

    // The first occurrence is kept, so that a repeated id neither hides a GPU nor asks for "none" (RT-129).
    private static List<string> WithoutDuplicates(List<string> elements)
    {
        // A set, because an image may name thousands.
        var seen = new HashSet<string>(elements.Count, StringComparer.Ordinal);
        return elements.FindAll(seen.Add);
    }
}
