namespace GpuContainers.Cdi;

public sealed partial class CdiRegistry
{
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
