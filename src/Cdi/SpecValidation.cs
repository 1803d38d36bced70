using GpuContainers.Cdi.Validation;

namespace GpuContainers.Cdi;

/// <summary>The rules of the format that a document must keep.</summary>
public static class SpecValidation
{
    /// <summary>All problems of a document, the one first that NVIDIA's toolkit would report; their lines are 0.</summary>
    /// <param name="spec">The document.</param>
    /// <param name="options">How to check.</param>
    public static IReadOnlyList<CdiProblem> Problems(CdiSpec spec, CdiOptions? options = null)
    {
        options ??= CdiOptions.Default;
        var problems = new List<CdiProblem>();
        Add(problems, "", options.Validator?.Invoke(spec));
        Add(problems, "cdiVersion", SpecVersion.Problem(spec));
        Add(problems, "kind", CdiName.VendorProblem(spec.Vendor));
        if (spec.Vendor.Length > 0)
            Add(problems, "kind", CdiName.ClassProblem(spec.Class));
        EditsValidation.AddProblems(problems, spec.ContainerEdits, "containerEdits", "", options);
        AddDevices(problems, spec, options);
        if (spec.Devices.Count == 0)
            problems.Add(new CdiProblem(0, 0, "devices", "invalid spec, no devices"));
        return problems;
    }

    /// <summary>Throws when a document has problems.</summary>
    /// <exception cref="CdiException">"invalid CDI Spec: …" with all of them.</exception>
    public static void Require(CdiSpec spec, CdiOptions? options = null)
    {
        IReadOnlyList<CdiProblem> problems = Problems(spec, options);
        if (problems.Count > 0)
            throw CdiException.Of(CdiErrorReason.Invalid, "", problems, "invalid CDI Spec: ");
    }

    private static void AddDevices(List<CdiProblem> problems, CdiSpec spec, CdiOptions options)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < spec.Devices.Count; i++)
        {
            CdiDevice device = spec.Devices[i];
            string member = $"devices[{i}]";
            string prefix = $"failed add device \"{device.Name}\": ";
            if (CdiName.DeviceProblem(device.Name) is { } nameProblem)
                problems.Add(new CdiProblem(0, 0, member + ".name", prefix + nameProblem));
            if (device.ContainerEdits.IsEmpty)
                problems.Add(new CdiProblem(0, 0, member, prefix + "invalid device, empty device edits"));
            EditsValidation.AddProblems(problems, device.ContainerEdits, member + ".containerEdits", prefix, options);
            // Within one file this is an error, not a conflict (CDI-64).
            if (!names.Add(device.Name))
                problems.Add(new CdiProblem(0, 0, member + ".name", $"invalid spec, multiple device \"{device.Name}\""));
        }
    }

    private static void Add(List<CdiProblem> problems, string member, string? text)
    {
        if (text is not null)
            problems.Add(new CdiProblem(0, 0, member, text));
    }
}
