using GpuContainers.Cdi;
using GpuContainers.Generation.Explanations;
using GpuContainers.Oci;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>Devices that CDI specifications on the host describe.</summary>
internal static class RegistryDevices
{
    private const int ShownDevices = 16;
    private const int ShownKinds = 10;

    /// <summary>Gives the container all of the devices, or none and an error (RT-168).</summary>
    /// <exception cref="CoreException">A device is unknown, or its edits do not fit the host.</exception>
    public static void Inject(OciDocument document, IReadOnlyList<string> names, IReadOnlyList<string> directories, Explanation? explanation = null)
    {
        // Later directories have priority, nothing is watched (RT-166).
        var registry = CdiRegistry.Load(directories);
        string errors = Errors(registry);
        if (errors.Length > 0)
            Log.Debug($"The following error was triggered when refreshing the CDI registry: {errors}");
        Explain(explanation, registry, names);
        Log.Debug($"Injecting devices using CDI: [{ShownValues.List(names)}]");
        try
        {
            CdiInjector.Inject(document, registry, names);
            StaleMounts.Require(registry, names);
        }
        catch (CdiException error)
        {
            if (error.Devices.Count > 0)
                Log.Warning($"could not resolve CDI devices: [{ShownValues.List(error.Devices)}]");
            string cure = error.Devices.Count > 0 ? Explanation(registry, error.Devices) : Outdated(registry, names);
            // Files that could not be read become visible now (RT-167).
            if (errors.Length > 0)
                Log.Warning($"Refreshing the CDI registry generated errors: {errors}");
            throw new CoreException($"failed to inject CDI devices: {What(error)}{cure}", error);
        }
    }

    private static void Explain(Explanation? explanation, CdiRegistry registry, IReadOnlyList<string> names)
    {
        if (explanation is null)
            return;
        explanation.Begin("CDI devices", "a device is what the specification says that defines its name");
        explanation.SearchedIn(registry.Folders);
        foreach (string name in names)
        {
            if (registry.Find(name) is { } device)
                explanation.Decide(name, $"defined by {device.Source.Path}");
            else
                explanation.Note(name, []);
        }
    }

    // What was searched, what there is instead, and what kept a file from being used (RT-168).
    private static string Explanation(CdiRegistry registry, IReadOnlyList<string> unknown)
    {
        string folders = registry.Folders.Count == 0 ? "no directory (nvidia-container-runtime.modes.cdi.spec-dirs is empty)"
            : string.Join(", ", registry.Folders);
        string text = $"; searched in {folders}";
        List<string> kinds = Kinds(unknown);
        foreach (string kind in kinds[..Math.Min(kinds.Count, ShownKinds)])
            text += $"; devices of the kind {ShownValues.One(kind)}: {Known(registry, kind)}";
        if (kinds.Count > ShownKinds)
            text += $"; and {kinds.Count - ShownKinds} kinds more";
        string errors = Errors(registry);
        return text + (errors.Length == 0
            ? "; ask for a device that is described there, or describe what is missing with 'nvidia-ctk cdi generate'"
            : $"; not usable: {errors}; correct or remove these files, or ask for a device that is described in others");
    }

    private static List<string> Kinds(IReadOnlyList<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kinds = new List<string>();
        foreach (string name in names)
        {
            string kind = name[..Math.Max(0, name.IndexOf('='))];
            if (seen.Add(kind))
                kinds.Add(kind);
        }
        return kinds;
    }

    // The names come from the container, which may hold any number of them (RT-264).
    private static string What(CdiException error) =>
        error.Devices.Count > 0 ? $"unresolvable CDI devices {ShownValues.List(error.Devices, ", ")}" : error.Message;

    // A specification that names what the host lacks is most likely older than the host's state, as after a driver update.
    private static string Outdated(CdiRegistry registry, IReadOnlyList<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var files = new List<string>();
        foreach (string name in names)
        {
            if (registry.Find(name) is { } device && seen.Add(device.Source.Path))
                files.Add(device.Source.Path);
        }
        return $"; correct {ShownValues.List(files, " or ")}, or generate it again ('nvidia-ctk cdi generate'), "
            + "if it is older than the driver or the devices of this host";
    }

    private static string Known(CdiRegistry registry, string kind)
    {
        var known = new List<string>();
        foreach (string name in registry.GetDeviceNames())
        {
            if (name.StartsWith(kind + "=", StringComparison.Ordinal))
                known.Add(name);
        }
        if (known.Count == 0)
            return "none";
        string more = known.Count > ShownDevices ? $" and {known.Count - ShownDevices} more" : "";
        return string.Join(", ", known.GetRange(0, Math.Min(known.Count, ShownDevices))) + more;
    }

    private static string Errors(CdiRegistry registry)
    {
        var lines = new List<string>();
        foreach ((string path, IReadOnlyList<RegistryError> errors) in registry.GetErrors())
        {
            var others = new List<string>();
            foreach (RegistryError error in errors)
            {
                if (!error.IsConflict)
                    others.Add(error.Message);
            }
            if (others.Count > 0)
                lines.Add($"{path}: {string.Join("; ", others)}");
        }
        // Two files that describe the same GPUs are one fact, not one for each device and file.
        foreach (RegistryConflict conflict in registry.GetConflicts())
            lines.Add(conflict.ToString());
        return string.Join("; ", lines);
    }
}

/// <summary>
/// Files that a specification mounts and that are gone, as after an update of the driver: the low-level runtime would name the file alone, not the
/// specification that is to be made again (RT-273).
/// </summary>
internal static class StaleMounts
{
    /// <summary>Passes when the sources of all bind mounts that the names bring are there.</summary>
    /// <exception cref="CoreException">One is not.</exception>
    public static void Require(CdiRegistry registry, IReadOnlyList<string> names)
    {
        foreach ((Mount mount, string file) in Remaining(registry, names).Values)
        {
            if (!IsBind(mount) || !mount.HostPath.StartsWith('/') || HostFile.TryStatus(mount.HostPath, followLinks: true, out _, out Errno error))
                continue;
            // Whatever else is wrong is the low-level runtime's to tell: it may have other rights.
            if (error is Errno.ENOENT or Errno.ENOTDIR)
                throw new CoreException(
                    $"failed to inject CDI devices: {mount.HostPath}, which {file} mounts at {mount.ContainerPath}, does not exist on this host: the " +
                        $"specification is stale; make it again with 'nvidia-ctk cdi generate --output={file}'");
        }
    }

    // Of several mounts with one destination the last stays (RT-245).
    private static Dictionary<string, (Mount Mount, string File)> Remaining(CdiRegistry registry, IReadOnlyList<string> names)
    {
        var mounts = new Dictionary<string, (Mount, string)>(StringComparer.Ordinal);
        var seen = new HashSet<RegisteredSpec>(ReferenceEqualityComparer.Instance);
        foreach (string name in names)
        {
            if (registry.Find(name) is not { } device)
                continue;
            if (seen.Add(device.Source))
                Take(device.Source.Spec.ContainerEdits);
            Take(device.Device.ContainerEdits);

            void Take(ContainerEdits edits)
            {
                foreach (Mount mount in edits.Mounts)
                    mounts[mount.ContainerPath] = (mount, device.Source.Path);
            }
        }
        return mounts;
    }

    private static bool IsBind(Mount mount) => mount.Type == "bind" || mount.Options.Contains("bind") || mount.Options.Contains("rbind");
}
