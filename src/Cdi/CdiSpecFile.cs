using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Cdi;

/// <summary>Documents as files.</summary>
public static class CdiSpecFile
{
    /// <summary>The most bytes a file may have.</summary>
    public const long SizeLimit = 16 << 20;

    /// <summary>Reads and validates one file.</summary>
    /// <exception cref="LinuxException">It cannot be opened or read; the error number tells a missing one.</exception>
    /// <exception cref="CdiException">It is no regular file, or its document has problems; all of them are in the exception.</exception>
    public static CdiSpec Read(string path, CdiOptions? options = null) => CdiSpecReader.Read(ReadBytes(path), path, options);

    /// <summary>The bytes of a document's file, if it is a regular file of sane size.</summary>
    /// <exception cref="LinuxException">It cannot be opened or read; the error number tells a missing one.</exception>
    /// <exception cref="CdiException">It is no regular file, or too large.</exception>
    public static byte[] ReadBytes(string path)
    {
        if (!HostFile.TryStatus(path, followLinks: true, out FileStatus status, out Errno error))
            throw new LinuxException(error, "open", path);
        // Opening a pipe would wait for a writer (CDI-59).
        if (status.Kind != FileKind.Regular)
            throw new CdiException(CdiErrorReason.FileSystem, $"{path}: not a regular file");
        if (status.Size > SizeLimit)
            throw new CdiException(CdiErrorReason.FileSystem, $"{path}: {status.Size} bytes are more than the {SizeLimit} that a CDI Spec may have");
        return HostFile.ReadAll(path, SizeLimit);
    }

    /// <summary>The name under which a document is saved: what ends neither in ".yaml" nor in ".json" gets an extension.</summary>
    public static string NameFor(string path, SpecFormat format = SpecFormat.Yaml)
    {
        bool known = LexicalPath.Extension(path) is ".yaml" or ".json";
        string name = known ? path : path + (format == SpecFormat.Json ? ".json" : ".yaml");
        return LexicalPath.Parent(name) == "." ? LexicalPath.Join(Environment.CurrentDirectory, name) : name;
    }

    /// <summary>
    /// Validates a document and puts it into a file, with all folders above it; the extension decides the encoding. The file is never seen half written or with
    /// another mode.
    /// </summary>
    /// <param name="path">The file; see <see cref="NameFor"/>.</param>
    /// <param name="spec">The document.</param>
    /// <param name="format">The format when the path has no extension that tells.</param>
    /// <param name="mode">The mode, independent of the umask; 0 means 0644.</param>
    /// <param name="overwrite">Whether an existing file is replaced; else it is an error.</param>
    /// <param name="options">How to check.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="CdiException">The document is not valid; nothing was written.</exception>
    /// <exception cref="LinuxException">A folder or the file could not be written; an earlier file is as it was.</exception>
    public static string Save(
        string path, CdiSpec spec, SpecFormat format = SpecFormat.Yaml, uint mode = (uint)FileModes.PublicFile,
        bool overwrite = true, CdiOptions? options = null)
    {
        SpecValidation.Require(spec, options);
        string target = NameFor(path, format);
        byte[] content = LexicalPath.Extension(target) == ".json" ? CdiSpecWriter.ToJson(spec) : CdiSpecWriter.ToYaml(spec);
        HostDirectory.Create(LexicalPath.Parent(target), FileModes.PublicFolder);
        WholeFile.Write(target, content, mode == 0 ? FileModes.PublicFile : (UnixFileMode)mode, overwrite);
        return target;
    }
}
