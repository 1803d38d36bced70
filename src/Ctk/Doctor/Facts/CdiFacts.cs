using GpuContainers.Ctk.Cdi.Refresh;

namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>The CDI specifications of a machine.</summary>
/// <param name="Folders">The folders by the configuration, as the machine's users write them.</param>
/// <param name="Files">The files in them.</param>
internal sealed record CdiFacts(IReadOnlyList<string> Folders, IReadOnlyList<CdiFile> Files)
{
    /// <summary>The files that describe the vendor's devices.</summary>
    public IEnumerable<CdiFile> Ours => Files.Where(static file => file.Spec?.Kind is "nvidia.com/gpu" or "nvidia.com/mig");

    /// <summary>Reads them.</summary>
    public static CdiFacts Read(Machine machine)
    {
        IReadOnlyList<string> folders = machine.Toolkit.Config.Runtime.Modes.CdiSpecDirectories;
        var files = new List<CdiFile>();
        foreach (string folder in folders)
        {
            foreach (string name in machine.Names(folder).Where(static name => name.EndsWith(".yaml", StringComparison.Ordinal)
                || name.EndsWith(".json", StringComparison.Ordinal)))
                files.Add(ReadFile(machine, folder + "/" + name));
        }
        return new CdiFacts(folders, files);
    }

    private static CdiFile ReadFile(Machine machine, string path)
    {
        _ = machine.Text(path);
        try
        {
            return new CdiFile(path, CdiSpecReader.Parse(CdiSpecFile.ReadBytes(machine.At(path)), path).Spec);
        }
        catch (Exception broken) when (broken is CdiException or LinuxException)
        {
            return new CdiFile(path, null);
        }
    }
}

/// <summary>A file with a CDI specification.</summary>
/// <param name="Path">The machine's path.</param>
/// <param name="Spec">What it holds; null when it cannot be used.</param>
internal sealed record CdiFile(string Path, CdiSpec? Spec);

/// <summary>Whether a specification is of the machine's present state, as far as it makes a difference for a container.</summary>
internal static class SpecAge
{
    /// <summary>Whether the machine is what it was when a refresh made the specification; false when no refresh did.</summary>
    public static bool IsUnchanged(Machine machine, CdiFile file)
    {
        var status = RefreshStatus.Read(machine.At(RefreshStatus.PathFor(file.Path)));
        string devices = LexicalPath.Parent(machine.Driver.Node("nvidiactl"));
        return status.State == RefreshState.Current && status.Specifications.Contains(file.Path)
            && HostFacts.WithoutCall(status.Facts).SequenceEqual(HostFacts.OfHost(devices, status.Paths, machine.Root));
    }

    /// <summary>What is not as the machine is now, in words; empty when all is.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="file">The specification.</param>
    /// <param name="now">What would be generated now.</param>
    public static string Compare(Machine machine, CdiFile file, CdiSpec now)
    {
        ContainerEdits[] edits = [file.Spec!.ContainerEdits, .. file.Spec.Devices.Select(static device => device.ContainerEdits)];
        string[] gone = [.. edits.SelectMany(static edit => edit.Mounts).Select(static mount => mount.HostPath).Distinct()
            .Where(path => !machine.Has(machine.Shown(path)))];
        if (gone.Length > 0)
            return $"{machine.Shown(gone[0])} is gone" + (gone.Length > 1 ? $", and {gone.Length - 1} more" : "");
        DeviceNode[] nodes = [.. edits.SelectMany(static edit => edit.DeviceNodes)];
        if (nodes.FirstOrDefault(node => !IsAsDescribed(machine, node)) is { } wrong)
            return $"{machine.Shown(PathOf(wrong))} is missing or has other numbers";
        HashSet<string> known = [.. nodes.Select(static node => LexicalPath.Base(PathOf(node)))];
        string[] others = [.. now.Devices.SelectMany(static device => device.ContainerEdits.DeviceNodes).Select(static node => LexicalPath.Base(PathOf(node)))
            .Where(static name => name.StartsWith("nvidia", StringComparison.Ordinal)).Distinct().Where(name => !known.Contains(name))];
        if (others.Length > 0)
            return $"{others[0]} is not in it" + (others.Length > 1 ? $", nor {others.Length - 1} more" : "");
        HashSet<string> mounted = [.. edits.SelectMany(static edit => edit.Mounts).Select(static mount => LexicalPath.Base(mount.HostPath))];
        string[] missing = [.. now.ContainerEdits.Mounts.Select(static mount => LexicalPath.Base(mount.HostPath)).Where(name => !mounted.Contains(name))];
        return missing.Length == 0 ? "" : $"{missing[0]} is not in it" + (missing.Length > 1 ? $", nor {missing.Length - 1} more files" : "");
    }

    private static bool IsAsDescribed(Machine machine, DeviceNode node) =>
        machine.Status(machine.Shown(PathOf(node))) is { } status
        && (node.Major == 0 || status.Kind != FileKind.CharacterDevice || (status.Major == node.Major && status.Minor == node.Minor));

    private static string PathOf(DeviceNode node) => node.HostPath.Length > 0 ? node.HostPath : node.Path;
}
