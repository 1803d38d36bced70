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
