namespace GpuContainers.Cdi.Registry;

/// <summary>What the folders held at one time; never changed after it was made (CDI-70).</summary>
internal sealed class RegistrySnapshot
{
    private readonly Dictionary<string, Entry> _devices = new(StringComparer.Ordinal);

    /// <summary>The valid documents in load order.</summary>
    internal List<RegisteredSpec> Specs { get; } = [];

    /// <summary>Errors by path, in byte order of the paths (CDI-65, CDI-173).</summary>
    internal SortedDictionary<string, IReadOnlyList<RegistryError>> Errors { get; } = new(Comparer<string>.Create(Texts.Compare));

    /// <summary>The devices that two files of one priority define, by these files, in the order in which they were found.</summary>
    internal Dictionary<(string Second, string First), List<string>> Conflicts { get; } = [];

    internal RegisteredDevice? Find(string name) =>
        _devices.TryGetValue(name, out Entry entry) && !entry.Conflict ? entry.Device : null;

    internal List<string> DeviceNames()
    {
        var names = new List<string>();
        foreach ((string name, Entry entry) in _devices)
        {
            if (!entry.Conflict)
                names.Add(name);
        }
        names.Sort(Texts.Compare);
        return names;
    }

    internal void Add(RegisteredSpec source)
    {
        Specs.Add(source);
        foreach (CdiDevice device in source.Spec.Devices)
            Add(new RegisteredDevice(device, source));
    }

    internal void AddError(string path, string text) => AddError(path, new RegistryError(text, []));

    internal void AddError(string path, RegistryError error)
    {
        IReadOnlyList<RegistryError> earlier = Errors.TryGetValue(path, out IReadOnlyList<RegistryError>? present) ? present : [];
        Errors[path] = ValueList<RegistryError>.Concatenate(earlier, [error]);
    }

    // Documents come in ascending priority (CDI-61 to CDI-63).
    private void Add(RegisteredDevice device)
    {
        string name = device.QualifiedName;
        if (!_devices.TryGetValue(name, out Entry earlier) || earlier.Device.Source.Priority < device.Source.Priority)
        {
            _devices[name] = new Entry(device, false);
            return;
        }
        string first = earlier.Device.Source.Path;
        string second = device.Source.Path;
        var error = new RegistryError($"conflicting device \"{name}\" (specs \"{second}\", \"{first}\")", []) { IsConflict = true };
        AddError(second, error);
        AddError(first, error);
        if (!Conflicts.TryGetValue((second, first), out List<string>? devices))
            Conflicts[(second, first)] = devices = [];
        devices.Add(name);
        _devices[name] = earlier with { Conflict = true };
    }

    private readonly record struct Entry(RegisteredDevice Device, bool Conflict);
}
