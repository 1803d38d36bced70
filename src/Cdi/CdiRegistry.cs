using System.Collections.ObjectModel;
using GpuContainers.Cdi.Registry;

namespace GpuContainers.Cdi;

/// <summary>
/// The devices that the documents in some folders define. Questions are answered from a snapshot that a refresh replaces as a whole, so they may be
/// asked from several threads and never wait for a scan.
/// </summary>
public sealed partial class CdiRegistry
{
    /// <summary>The default folders, lowest priority first.</summary>
    public static readonly IReadOnlyList<string> DefaultFolders = ValueList<string>.From(["/etc/cdi", "/var/run/cdi"]);

    private readonly CdiOptions _options;
    private readonly Lock _refreshing = new();
    private volatile RegistrySnapshot _snapshot = new();
    private string _fingerprint = "";

    private CdiRegistry(string[] folders, CdiOptions options)
    {
        Folders = ValueList<string>.Adopt(folders);
        _options = options;
    }

    /// <summary>The folders, each cleaned, lowest priority first.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Makes a registry and reads its folders.</summary>
    /// <param name="folders">The folders, lowest priority first; an empty list means none.</param>
    /// <param name="options">How to read.</param>
    public static CdiRegistry Load(IReadOnlyList<string> folders, CdiOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folders);
        options ??= CdiOptions.Default;
        IReadOnlyList<string> chosen = folders.Count == 0 && options.EmptyMeansDefault ? DefaultFolders : folders;
        string[] clean = new string[chosen.Count];
        for (int i = 0; i < clean.Length; i++)
            clean[i] = LexicalPath.Clean(Argument.NotNull(chosen[i], $"folders[{i}]"));
        var registry = new CdiRegistry(clean, options);
        registry.Refresh();
        return registry;
    }

    /// <summary>Reads all folders again.</summary>
    /// <returns>The errors by path; they concern single files and do not keep the others from being used.</returns>
    public IReadOnlyDictionary<string, IReadOnlyList<RegistryError>> Refresh()
    {
        lock (_refreshing)
        {
            if (_options.AutoRefresh)
                _fingerprint = SpecFolders.Fingerprint(Folders, _options);
            _snapshot = SpecFolders.Read(Folders, _options);
        }
        return ErrorsOf(_snapshot);
    }

    /// <summary>All errors of the last scan by path, in byte order of the paths.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<RegistryError>> GetErrors() => ErrorsOf(Current());

    /// <summary>The errors of one file or folder; empty when there are none.</summary>
    public IReadOnlyList<RegistryError> GetErrors(string path) => Current().Errors.TryGetValue(path, out IReadOnlyList<RegistryError>? errors) ? errors : [];

    /// <summary>The files that define the same devices at one priority, each pair once, in the order in which they were found.</summary>
    public IReadOnlyList<RegistryConflict> GetConflicts()
    {
        var conflicts = new List<RegistryConflict>();
        foreach (((string second, string first), List<string> devices) in Current().Conflicts)
            conflicts.Add(new RegistryConflict(first, second, ValueList<string>.From(devices)));
        return conflicts;
    }

    /// <summary>The full names of all devices that can be used, in byte order.</summary>
    public IReadOnlyList<string> GetDeviceNames() => Current().DeviceNames();

    /// <summary>The vendors of all valid documents, each once, in byte order.</summary>
    public IReadOnlyList<string> GetVendors() => Distinct(static spec => spec.Vendor);

    /// <summary>The classes of all valid documents, each once, in byte order.</summary>
    public IReadOnlyList<string> GetClasses() => Distinct(static spec => spec.Class);

    /// <summary>All valid documents in load order.</summary>
    public IReadOnlyList<RegisteredSpec> GetSpecs() => ValueList<RegisteredSpec>.From(Current().Specs);

    /// <summary>The valid documents of a vendor in load order.</summary>
    public IReadOnlyList<RegisteredSpec> GetSpecs(string vendor) => Current().Specs.FindAll(source => source.Spec.Vendor == vendor);

    /// <summary>The device of a full name, or null when it is unknown or in conflict.</summary>
    public RegisteredDevice? Find(string qualifiedName) => Current().Find(qualifiedName);

    // Once for each file, in request order, all or nothing (CDI-84 to CDI-88).
    /// <summary>The edits for some devices: for each its document's global edits, once for each file, then its own.</summary>
    /// <param name="names">Full names, looked up literally, in the order of the request.</param>
    /// <exception cref="CdiException">Some names are unknown; they are in the exception, in request order.</exception>
    public ContainerEdits Resolve(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        RegistrySnapshot snapshot = Current();
        var unknown = new List<string>();
        var seen = new HashSet<RegisteredSpec>(ReferenceEqualityComparer.Instance);
        ContainerEdits edits = ContainerEdits.Empty;
        foreach (string name in names)
        {
            if (snapshot.Find(name) is not { } device)
            {
                unknown.Add(name);
                continue;
            }
            if (seen.Add(device.Source))
                edits = edits.Append(device.Source.Spec.ContainerEdits);
            edits = edits.Append(device.Device.ContainerEdits);
        }
        return unknown.Count == 0 ? edits : throw CdiException.Unresolvable(unknown);
    }

    /// <summary>
    /// The snapshot; with automatic refresh a new one when the folders look different. They are compared by the identity of their files rather than
    /// watched: nothing runs in the background, and no event can be missed (CDI-69).
    /// </summary>
    private RegistrySnapshot Current()
    {
        if (_options.AutoRefresh && SpecFolders.Fingerprint(Folders, _options) != _fingerprint)
            Refresh();
        return _snapshot;
    }

    private static ReadOnlyDictionary<string, IReadOnlyList<RegistryError>> ErrorsOf(RegistrySnapshot snapshot) => new(snapshot.Errors);

    private List<string> Distinct(Func<CdiSpec, string> part)
    {
        var found = new List<string>();
        foreach (RegisteredSpec source in Current().Specs)
        {
            if (!found.Contains(part(source.Spec)))
                found.Add(part(source.Spec));
        }
        found.Sort(Texts.Compare);
        return found;
    }

    private static readonly Lock DefaultLock = new();
    private static CdiRegistry? _default;

    /// <summary>The registry of the process with the default folders, loaded on first use.</summary>
    public static CdiRegistry GetDefault()
    {
        lock (DefaultLock)
            return _default ??= Load(DefaultFolders, new CdiOptions { AutoRefresh = true });
    }

    /// <summary>Replaces the registry of the process by one with other folders or options.</summary>
    public static CdiRegistry Configure(IReadOnlyList<string> folders, CdiOptions options)
    {
        lock (DefaultLock)
            return _default = Load(folders, options);
    }

    /// <summary>Writes a document into the folder of highest priority.</summary>
    /// <param name="spec">The document; it is validated first.</param>
    /// <param name="name">The name in that folder; an extension is added when it has none that tells the format.</param>
    /// <param name="mode">The file's mode; readable for its owner alone unless another one is given.</param>
    /// <param name="overwrite">Whether an existing file is replaced; else it is an error.</param>
    /// <param name="insideOnly">Whether a name that leads out of the folder is an error.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="CdiException">There are no folders, the document is not valid, or the name leads out.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public string Save(CdiSpec spec, string name, UnixFileMode mode = FileModes.PrivateFile, bool overwrite = true, bool insideOnly = false) =>
        CdiSpecFile.Save(PathFor(name, insideOnly), spec, SpecFormat.Yaml, mode, overwrite, _options);

    /// <summary>Deletes a document from the folder of highest priority; a missing one is fine.</summary>
    /// <exception cref="CdiException">There are no folders, or the name leads out.</exception>
    /// <exception cref="IOException">The file could not be deleted.</exception>
    public void Remove(string name, bool insideOnly = false)
    {
        string path = CdiSpecFile.NameFor(PathFor(name, insideOnly));
        Errno error = HostFile.Delete(path);
        if (error is not (Errno.None or Errno.ENOENT))
            throw new LinuxException(error, "remove", path);
    }

    private string PathFor(string name, bool insideOnly)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Folders.Count == 0)
            throw new CdiException(CdiErrorReason.FileSystem, "no spec directories: configure at least one");
        string folder = Folders[^1];
        string path = LexicalPath.Join(folder, name);
        bool inside = path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
        if (insideOnly && !inside)
            throw new CdiException(CdiErrorReason.InvalidName, $"spec name \"{name}\" leads out of {folder}");
        return path;
    }
}

/// <summary>A document of a registry with its origin.</summary>
/// <param name="Spec">The document.</param>
/// <param name="Path">The file.</param>
/// <param name="Priority">The index of its folder; higher ones win.</param>
public sealed record RegisteredSpec(CdiSpec Spec, string Path, int Priority);

/// <summary>A device of a registry with the document that defines it.</summary>
/// <param name="Device">The device.</param>
/// <param name="Source">The document.</param>
public sealed record RegisteredDevice(CdiDevice Device, RegisteredSpec Source)
{
    /// <summary>"vendor/class=name".</summary>
    public string QualifiedName => $"{Source.Spec.Kind}={Device.Name}";
}

/// <summary>Why a file or folder of a registry, or a device in it, cannot be used.</summary>
/// <param name="Message">All of it in one line.</param>
/// <param name="Problems">The problems of the document with their places; empty when something else is wrong.</param>
public sealed record RegistryError(string Message, IReadOnlyList<CdiProblem> Problems)
{
    /// <summary>The problems of the document with their places; empty when something else is wrong.</summary>
    public IReadOnlyList<CdiProblem> Problems { get; init => field = ValueList<CdiProblem>.From(value); } = ValueList<CdiProblem>.From(Problems);

    /// <summary>Whether another file defines the same device; <see cref="CdiRegistry.GetConflicts"/> tells all devices of both files at once.</summary>
    public bool IsConflict { get; init; }

    /// <summary>The message.</summary>
    public override string ToString() => Message;
}

/// <summary>Two files of one priority that define the same devices, which are not available because of that.</summary>
/// <param name="First">The file that was read first.</param>
/// <param name="Second">The other.</param>
/// <param name="Devices">The full names of the devices that both define, in the order of the second file.</param>
public sealed record RegistryConflict(string First, string Second, IReadOnlyList<string> Devices)
{
    private const int Shown = 3;

    /// <summary>All of it in one line, however many devices there are.</summary>
    public override string ToString()
    {
        string names = string.Join(", ", Devices.Take(Shown));
        string more = Devices.Count > Shown ? $" and {Devices.Count - Shown} more" : "";
        return $"{First} and {Second} both define {names}{more}, which therefore cannot be used; remove one of these files";
    }
}

/// <summary>How documents are checked and folders are read; the defaults are those of NVIDIA's toolkit.</summary>
public sealed record CdiOptions
{
    /// <summary>The toolkit's behaviour.</summary>
    public static readonly CdiOptions Default = new();

    /// <summary>A check of the application's own, run before the built-in ones on reading and writing: the problem, or null.</summary>
    public Func<CdiSpec, string?>? Validator { get; init; }

    /// <summary>Whether the device permissions "none" are valid.</summary>
    public bool PermissionsNone { get; init; }

    /// <summary>Whether an empty list of folders stands for the default folders; else for none.</summary>
    public bool EmptyMeansDefault { get; init; }

    /// <summary>Whether a configured folder that is a file is left unread; else it is read as a document.</summary>
    public bool FoldersOnly { get; init; }

    /// <summary>Whether the folders are looked at again before each question; else only <see cref="CdiRegistry.Refresh"/> reads them.</summary>
    public bool AutoRefresh { get; init; }
}
