using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Cdi;

public sealed partial class CdiRegistry
{
    private const uint PrivateMode = (uint)FileModes.PrivateFile;

    private static readonly Lock DefaultLock = new();
    private static CdiRegistry? _default;

    /// <summary>The registry of the process with the default folders, made on first use.</summary>
    public static CdiRegistry Default
    {
        get
        {
            lock (DefaultLock)
                return _default ??= new CdiRegistry(DefaultFolders, new CdiOptions { AutoRefresh = true });
        }
    }

    /// <summary>Replaces the registry of the process by one with other folders or options.</summary>
    public static CdiRegistry Configure(IReadOnlyList<string> folders, CdiOptions options)
    {
        lock (DefaultLock)
            return _default = new CdiRegistry(folders, options);
    }

    // Validated first, written beside the target, renamed: a reader never sees half a document (CDI-72 to CDI-76).
    /// <summary>Writes a document into the folder of highest priority.</summary>
    /// <param name="spec">The document; it is validated first.</param>
    /// <param name="name">The name in that folder; an extension is added when it has none that tells the format.</param>
    /// <param name="mode">The file's mode.</param>
    /// <param name="overwrite">Whether an existing file is replaced; else it is an error.</param>
    /// <param name="insideOnly">Whether a name that leads out of the folder is an error.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="CdiException">There are no folders, the document is not valid, or the name leads out.</exception>
    /// <exception cref="LinuxException">The file could not be written.</exception>
    public string Write(CdiSpec spec, string name, uint mode = PrivateMode, bool overwrite = true, bool insideOnly = false) =>
        CdiSpecFile.Save(PathFor(name, insideOnly), spec, SpecFormat.Yaml, mode, overwrite, _options);

    /// <summary>Deletes a document from the folder of highest priority; a missing one is fine.</summary>
    /// <exception cref="CdiException">There are no folders, or the name leads out.</exception>
    /// <exception cref="LinuxException">The file could not be deleted.</exception>
    public void Remove(string name, bool insideOnly = false)
    {
        string path = CdiSpecFile.NameFor(PathFor(name, insideOnly));
        Errno error = HostFile.Delete(path);
        if (error is not (Errno.None or Errno.ENOENT))
            throw new LinuxException(error, "remove", path);
    }

    private string PathFor(string name, bool insideOnly)
    {
        if (_folders.Length == 0)
            throw new CdiException(CdiErrorReason.FileSystem, "no spec directories: configure at least one");
        string path = LexicalPath.Join(_folders[^1], name);
        bool inside = path.StartsWith(_folders[^1].TrimEnd('/') + "/", StringComparison.Ordinal);
        if (insideOnly && !inside)
            throw new CdiException(CdiErrorReason.InvalidName, $"spec name \"{name}\" leads out of {_folders[^1]}");
        return path;
    }
}
