namespace GpuContainers.Cdi;

/// <summary>Documents as files.</summary>
public static class CdiSpecFile
{
    /// <summary>The most bytes a file may have.</summary>
    public const long SizeLimit = 16 << 20;

    /// <summary>Reads and validates one file.</summary>
    /// <exception cref="IOException">It is missing, or cannot be opened or read.</exception>
    /// <exception cref="CdiException">It is not a regular file, or its document has problems; all of them are in the exception.</exception>
    public static CdiSpec Read(string path, CdiOptions? options = null) => CdiSpecReader.Read(ReadBytes(path), path, options);

    /// <summary>The bytes of a document's file, if it is a regular file of sane size.</summary>
    /// <exception cref="IOException">It is missing, or cannot be opened or read.</exception>
    /// <exception cref="CdiException">It is not a regular file, or too large.</exception>
    public static byte[] ReadBytes(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        // Opening a pipe would wait for a writer (CDI-59).
        if (HostFile.TryReadAll(path, SizeLimit, out byte[] bytes, out Errno error))
            return bytes;
        throw error switch
        {
            Errno.ENXIO or Errno.EISDIR => new CdiException(CdiErrorReason.FileSystem, $"{path}: not a regular file"),
            Errno.EFBIG => new CdiException(CdiErrorReason.FileSystem, $"{path}: more bytes than the {SizeLimit} that a CDI Spec may have"),
            _ => new LinuxException(error, "open", path),
        };
    }

    /// <summary>The name under which a document is saved: what ends neither in ".yaml" nor in ".json" gets an extension.</summary>
    public static string NameFor(string path, SpecFormat format = SpecFormat.Yaml)
    {
        ArgumentNullException.ThrowIfNull(path);
        bool known = LexicalPath.Extension(path) is ".yaml" or ".json";
        string name = known ? path : path + (format == SpecFormat.Json ? ".json" : ".yaml");
        return LexicalPath.Parent(name) == "." ? LexicalPath.Join(Environment.CurrentDirectory, name) : name;
    }

    /// <summary>
    /// Validates a document and puts it into a file, with all folders above it; the extension decides the encoding. The file is never seen half
    /// written or with another mode.
    /// </summary>
    /// <param name="path">The file; see <see cref="NameFor"/>.</param>
    /// <param name="spec">The document.</param>
    /// <param name="format">The format when the path has no extension that tells.</param>
    /// <param name="mode">The mode, independent of the umask; null or None mean 0644.</param>
    /// <param name="overwrite">Whether an existing file is replaced; else it is an error.</param>
    /// <param name="options">How to check.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="CdiException">The document is not valid; nothing was written.</exception>
    /// <exception cref="IOException">A folder or the file could not be written; an earlier file is as it was.</exception>
    public static string Save(
        string path, CdiSpec spec, SpecFormat format = SpecFormat.Yaml, UnixFileMode? mode = null, bool overwrite = true, CdiOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.EnsureValid(options);
        string target = NameFor(path, format);
        byte[] content = CdiSpecWriter.ToBytes(spec, LexicalPath.Extension(target) == ".json" ? SpecFormat.Json : SpecFormat.Yaml);
        HostDirectory.Create(LexicalPath.Parent(target), FileModes.PublicFolder);
        AtomicFile.Create(target, content, mode is { } wanted and not UnixFileMode.None ? wanted : FileModes.PublicFile, overwrite);
        return target;
    }
}

/// <summary>Names for the files of documents, without extension.</summary>
public static class SpecNames
{
    /// <summary>"vendor-class".</summary>
    public static string For(string vendor, string className) => $"{vendor}-{className}";

    /// <summary>"vendor-class_id", for a document that lives as long as what the id names; slashes in the id become "_".</summary>
    public static string ForTransient(string vendor, string className, string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return $"{For(vendor, className)}_{id.Replace('/', '_')}";
    }

    /// <summary>The name for a document by its kind.</summary>
    /// <exception cref="CdiException">The kind cannot be split.</exception>
    public static string For(CdiSpec spec)
    {
        (string vendor, string className) = Split(spec);
        return For(vendor, className);
    }

    /// <summary>The transient name for a document by its kind.</summary>
    /// <exception cref="CdiException">The kind cannot be split.</exception>
    public static string ForTransient(CdiSpec spec, string id)
    {
        (string vendor, string className) = Split(spec);
        return ForTransient(vendor, className, id);
    }

    private static (string Vendor, string Class) Split(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        (string vendor, string className) = QualifiedDeviceName.SplitKind(spec.Kind);
        return vendor.Length > 0 ? (vendor, className) : throw new CdiException(CdiErrorReason.InvalidName, $"invalid vendor/class \"{spec.Kind}\"");
    }
}
