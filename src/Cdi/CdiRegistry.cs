using GpuContainers.Cdi.Model;
using GpuContainers.Cdi.Registry;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Cdi;

/// <summary>
/// The devices that the documents in some folders define. Questions are answered from a snapshot that a refresh replaces as a whole, so they may be
/// asked from several threads and never wait for a scan.
/// </summary>
public sealed partial class CdiRegistry
{
    /// <summary>The default folders, lowest priority first.</summary>
    public static readonly IReadOnlyList<string> DefaultFolders = ["/etc/cdi", "/var/run/cdi"];

    private readonly CdiOptions _options;
    private readonly string[] _folders;
    private readonly Lock _refreshing = new();
    private volatile RegistrySnapshot _snapshot = new();
    private string _fingerprint = "";

    /// <summary>Makes a registry and loads it once.</summary>
    /// <param name="folders">The folders, lowest priority first; an empty list means none.</param>
    /// <param name="options">How to read.</param>
    public CdiRegistry(IReadOnlyList<string> folders, CdiOptions? options = null)
    {
        _options = options ?? CdiOptions.Default;
        IReadOnlyList<string> chosen = folders.Count == 0 && _options.EmptyMeansDefault ? DefaultFolders : folders;
        _folders = new string[chosen.Count];
        for (int i = 0; i < _folders.Length; i++)
            _folders[i] = LexicalPath.Clean(chosen[i]);
        Refresh();
    }

    /// <summary>The folders, each cleaned, lowest priority first.</summary>
    public IReadOnlyList<string> Folders => [.. _folders];

    /// <summary>All errors of the last scan by path, in byte order of the paths.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors => Current().Errors;

    /// <summary>The full names of all devices that can be used, in byte order.</summary>
    public IReadOnlyList<string> DeviceNames => Current().DeviceNames();

    /// <summary>The vendors of all valid documents, each once, in byte order.</summary>
    public IReadOnlyList<string> Vendors => Distinct(static spec => spec.Vendor);

    /// <summary>The classes of all valid documents, each once, in byte order.</summary>
    public IReadOnlyList<string> Classes => Distinct(static spec => spec.Class);

    /// <summary>All valid documents in load order.</summary>
    public IReadOnlyList<RegisteredSpec> Specs => [.. Current().Specs];

    /// <summary>Makes a registry of some folders.</summary>
    public static CdiRegistry Load(IReadOnlyList<string> folders, CdiOptions? options = null) => new(folders, options);

    /// <summary>Reads all folders again.</summary>
    /// <returns>The errors by path; they concern single files and do not keep the others from being used.</returns>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Refresh()
    {
        lock (_refreshing)
        {
            if (_options.AutoRefresh)
                _fingerprint = SpecFolders.Fingerprint(_folders, _options);
            _snapshot = SpecFolders.Read(_folders, _options);
        }
        return _snapshot.Errors;
    }

    /// <summary>The device of a full name, or null when it is unknown or in conflict.</summary>
    public RegisteredDevice? Find(string qualifiedName) => Current().Find(qualifiedName);

    /// <summary>The valid documents of a vendor in load order.</summary>
    public IReadOnlyList<RegisteredSpec> SpecsOf(string vendor) => Current().Specs.FindAll(source => source.Spec.Vendor == vendor);

    /// <summary>The errors of one file or folder; empty when there are none.</summary>
    public IReadOnlyList<string> ErrorsOf(string path) => Current().Errors.TryGetValue(path, out IReadOnlyList<string>? errors) ? errors : [];

    // All names are looked up before anything is put together: one unknown name, and nothing is injected (CDI-84 to CDI-88).
    /// <summary>The edits for some devices: for each its document's global edits, once for each file, then its own.</summary>
    /// <param name="names">Full names, looked up literally, in the order of the request.</param>
    /// <exception cref="CdiException">Some names are unknown; they are in the exception, in request order.</exception>
    public ContainerEdits Resolve(IReadOnlyList<string> names)
    {
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
        if (_options.AutoRefresh && SpecFolders.Fingerprint(_folders, _options) != _fingerprint)
            Refresh();
        return _snapshot;
    }

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
}
