namespace GpuContainers.Cdi;

/// <summary>Adds a device that stands for all others.</summary>
public sealed class MergedDevice
{
    private readonly string _name;
    private readonly bool _skipIfExists;

    /// <summary>Makes the transform.</summary>
    /// <param name="name">The name of the device to add.</param>
    /// <param name="skipIfExists">Whether a document that has such a device is left as it is; else that is an error.</param>
    /// <exception cref="CdiException">The name is not allowed for a device.</exception>
    public MergedDevice(string name = "all", bool skipIfExists = false)
    {
        if (CdiName.DeviceProblem(name) is { } problem)
            throw new CdiException(CdiErrorReason.InvalidName, $"invalid device name \"{name}\": {problem}");
        _name = name;
        _skipIfExists = skipIfExists;
    }

    /// <summary>Appends the merged device and simplifies the document.</summary>
    /// <exception cref="CdiException">There is such a device already.</exception>
    public CdiSpec Apply(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.FindDevice(_name) is not null)
            return _skipIfExists ? spec : throw new CdiException(CdiErrorReason.Exists, $"device \"{_name}\" already exists");
        ContainerEdits all = ContainerEdits.Empty;
        foreach (CdiDevice device in spec.Devices)
            all = all.Append(device.ContainerEdits);
        // An interface that several devices share may stand in one set of edits only once (CDI-137).
        all = all with { NetDevices = SpecTransforms.Distinct(all.NetDevices) };
        var merged = new CdiDevice { Name = _name, ContainerEdits = all };
        return SpecTransforms.Simplify(spec with { Devices = [.. spec.Devices, merged] });
    }
}
