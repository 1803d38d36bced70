namespace GpuContainers.Runtime.Requests;

/// <summary>Device names asked for by variables of the container (runtime.md section 10.5).</summary>
internal static class EnvironmentRequest
{
    /// <summary>The variable that every image may set.</summary>
    public const string VisibleDevices = "NVIDIA_VISIBLE_DEVICES";

    /// <summary>
    /// The variables that decide: the preferred ones that the container has, in the order of the configuration, else
    /// NVIDIA_VISIBLE_DEVICES alone. A preferred variable counts even if it is empty (RT-124, LG-33, LG-34).
    /// </summary>
    public static IReadOnlyList<string> DeviceVariables(ContainerImage image, IReadOnlyList<string> preferred)
    {
        var present = new List<string>();
        foreach (string name in preferred)
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
    public static List<string> Evaluate(ContainerImage image, IReadOnlyList<string> variables, bool keepsLast)
    {
        List<string> elements = Elements(image, variables);
        // RT-127: "void" anywhere wins.
        if (elements.Count == 0 || elements.Contains("void"))
            return [];
        // RT-128: the first of the two words decides.
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

    // RT-126: set but empty does not count as unset.
    private static List<string> Elements(ContainerImage image, IReadOnlyList<string> variables)
    {
        bool anySet = false;
        var elements = new List<string>();
        foreach (string variable in variables)
        {
            anySet |= image.HasVariable(variable);
            elements.AddRange(CommaList.Split(image.Variable(variable)));
        }
        return !anySet && image.IsLegacyCudaImage ? ["all"] : elements;
    }

    // RT-129: the first occurrence is kept, so that a repeated id neither hides a GPU nor asks for "none".
    private static List<string> WithoutDuplicates(List<string> elements)
    {
        // A set, because an image may name thousands.
        var seen = new HashSet<string>(elements.Count, StringComparer.Ordinal);
        return elements.FindAll(seen.Add);
    }
}
