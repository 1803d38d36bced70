namespace GpuContainers.Cdi.Registry;

/// <summary>Reads the folders of a registry (CDI-53 to CDI-60). A broken file spoils nothing but itself.</summary>
internal static class SpecFolders
{
    internal static RegistrySnapshot Read(IReadOnlyList<string> folders, CdiOptions options)
    {
        var snapshot = new RegistrySnapshot();
        for (int i = 0; i < folders.Count; i++)
        {
            foreach (string path in Files(folders[i], options, snapshot.AddError))
                ReadFile(snapshot, path, i, options);
        }
        return snapshot;
    }

    /// <summary>The files that count in a folder, in byte order of their names.</summary>
    /// <param name="folder">The configured path.</param>
    /// <param name="options">How to read.</param>
    /// <param name="report">Takes a path and what is wrong with it.</param>
    internal static IEnumerable<string> Files(string folder, CdiOptions options, Action<string, string> report)
    {
        if (!HostFile.TryStatus(folder, followLinks: true, out FileStatus status, out Errno error))
        {
            // A missing folder is fine (CDI-57), unless someone waits for it (CDI-69).
            if (error != Errno.ENOENT)
                report(folder, $"failed to read CDI Spec directory {folder}: {error.Describe()}");
            else if (options.AutoRefresh)
                report(folder, $"failed to monitor {folder} for changes: {error.Describe()}");
            return [];
        }
        if (status.Kind != FileKind.Directory)
            return IsSpecName(folder) && !options.FoldersOnly ? [folder] : [];
        if (!HostDirectory.TryNames(folder, out IReadOnlyList<string> names, out error))
        {
            report(folder, $"failed to read CDI Spec directory {folder}: {error.Describe()}");
            return [];
        }
        var files = new List<string>();
        foreach (string name in names)
        {
            string path = LexicalPath.Join(folder, name);
            // A subdirectory is passed over whatever its name (CDI-53); a link to one is an error of that file (CDI-54).
            bool isFolder = IsSpecName(name) && HostFile.TryStatus(path, followLinks: false, out FileStatus entry) && entry.Kind == FileKind.Directory;
            if (IsSpecName(name) && !isFolder)
                files.Add(path);
        }
        return files;
    }

    /// <summary>A text that differs whenever a file of the folders was added, removed or changed.</summary>
    internal static string Fingerprint(IReadOnlyList<string> folders, CdiOptions options)
    {
        var text = new System.Text.StringBuilder();
        foreach (string folder in folders)
        {
            text.Append(HostFile.IsDirectory(folder) ? 'd' : 'm');
            foreach (string path in Files(folder, options, (place, problem) => text.Append(place).Append(problem)))
            {
                text.Append(path).Append('|');
                if (HostFile.TryStatus(path, followLinks: true, out FileStatus status))
                    text.Append($"{status.Device}.{status.Inode}.{status.Size}.{status.ModifiedNanoseconds}");
                text.Append('\n');
            }
        }
        return text.ToString();
    }

    private static void ReadFile(RegistrySnapshot snapshot, string path, int priority, CdiOptions options)
    {
        try
        {
            snapshot.Add(new RegisteredSpec(CdiSpecFile.Read(path, options), path, priority));
        }
        catch (CdiException error)
        {
            snapshot.AddError(path, new RegistryError($"failed to load CDI Spec {error.Message}", error.Problems));
        }
        catch (LinuxException error)
        {
            snapshot.AddError(path, $"failed to load CDI Spec {error.Message}");
        }
    }

    private static bool IsSpecName(string name) => LexicalPath.Extension(name) is ".json" or ".yaml";
}

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
