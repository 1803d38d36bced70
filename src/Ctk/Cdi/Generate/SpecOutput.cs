using GpuContainers.Generation;
using GpuContainers.Generation.Explanations;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>Where the documents of a generation go (GN-93 to GN-97).</summary>
/// <param name="request">What was asked for.</param>
/// <param name="explanation">What was looked for, for better errors.</param>
internal sealed class SpecOutput(GenerateRequest request, Explanation explanation)
{
    /// <summary>Writes each document, even if another failed (GN-95).</summary>
    /// <param name="documents">The documents, the whole one first.</param>
    /// <param name="output">Standard output.</param>
    /// <returns>The places that were written: paths, or "standard output".</returns>
    /// <exception cref="CdiException">Documents that could not be written, one line each.</exception>
    public IReadOnlyList<string> Write(IReadOnlyList<SpecDocument> documents, TextWriter output)
    {
        var written = new List<string>();
        var errors = new List<CdiException>();
        foreach (SpecDocument document in documents)
        {
            try
            {
                written.Add(IsStandardOutput ? Print(document.Spec, output) : Save(document));
                // Better than NVIDIA's toolkit, which says so after a failure too.
                Log.Info($"Generated CDI spec with version {document.Spec.Version}");
            }
            catch (CdiException error)
            {
                errors.Add(error);
            }
        }
        return errors.Count == 0 ? written : throw (
            errors.Count == 1 ? errors[0] : new CdiException(errors[0].Reason, string.Join('\n', errors.Select(static error => error.Message)), errors[0]));
    }

    /// <summary>Writes those documents whose files do not hold them already.</summary>
    /// <returns>The files of all documents, and whether each was written.</returns>
    /// <exception cref="CdiException">A document is not valid, or could not be written.</exception>
    public IReadOnlyList<(string Path, bool IsWritten)> WriteChanged(IReadOnlyList<SpecDocument> documents)
    {
        var files = new List<(string Path, bool IsWritten)>();
        foreach (SpecDocument document in documents)
        {
            string path = WithInfix(request.Output, document.Infix);
            byte[] wanted = CdiSpecWriter.ToBytes(document.Spec, LexicalPath.Extension(path) switch
            {
                ".json" => SpecFormat.Json,
                ".yaml" => SpecFormat.Yaml,
                _ => request.Format,
            });
            bool isThere = HostFile.TryReadAll(path, CdiSpecFile.SizeLimit, out byte[] present, out _) && present.AsSpan().SequenceEqual(wanted);
            files.Add((isThere ? path : Save(document), !isThere));
        }
        return files;
    }

    /// <summary>Checks the documents without writing them.</summary>
    /// <exception cref="CdiException">A document is not valid.</exception>
    public void Check(IReadOnlyList<SpecDocument> documents)
    {
        foreach (SpecDocument document in documents)
            Require(document.Spec);
    }

    private bool IsStandardOutput => request.Output is "" or "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    private string Save(SpecDocument document)
    {
        Require(document.Spec);
        string path = WithInfix(request.Output, document.Infix);
        if (path.EndsWith('/') || HostFile.IsDirectory(path))
        {
            string name = LexicalPath.Join(path, request.Format == SpecFormat.Json ? "nvidia.json" : "nvidia.yaml");
            throw new CdiException(CdiErrorReason.FileSystem, $"failed to write spec: {path} is a folder; give the file in it: --output={name}");
        }
        try
        {
            return LexicalPath.Extension(path) is ".yaml" or ".json" ? CdiSpecFile.Save(path, document.Spec, request.Format)
                : SaveAs(path, CdiSpecWriter.ToBytes(document.Spec, request.Format));
        }
        catch (LinuxException failure)
        {
            string step = failure.Operation == "mkdir" ? "failed to create Spec dir: " : "";
            throw new CdiException(CdiErrorReason.FileSystem, $"failed to write spec: {step}{failure.Message}", failure);
        }
    }

    // Under exactly the name that was given (CT-200).
    private static string SaveAs(string path, byte[] content)
    {
        HostDirectory.Create(LexicalPath.Parent(path), FileModes.PublicFolder);
        if (HostFile.TryStatus(path, followLinks: true, out FileStatus old) && old.Kind != FileKind.Regular)
        {
            // A terminal, a pipe or a descriptor of ours.
            HostFile.WriteControl(path, content);
            return path;
        }
        Log.Warning($"engines read only files whose names end in .json or .yaml, so none will read {path}");
        AtomicFile.Create(path, content, FileModes.PublicFile);
        return path;
    }

    private string Print(CdiSpec spec, TextWriter output)
    {
        try
        {
            Require(spec);
            CdiSpecWriter.Write(spec, output, request.Format);
            output.Flush();
            return "standard output";
        }
        catch (Exception failure) when (failure is CdiException or IOException)
        {
            throw new CdiException(CdiErrorReason.FileSystem, $"failed to write CDI spec to STDOUT: {failure.Message}", failure);
        }
    }

    // A device without edits is one whose nodes are missing (GN-59, GN-98).
    private void Require(CdiSpec spec)
    {
        try
        {
            spec.EnsureValid();
        }
        catch (CdiException invalid)
        {
            string[] missing = [.. explanation.MissingNodes.Distinct()];
            bool isEmpty = missing.Length > 0 && spec.Devices.Any(static device => device.ContainerEdits.IsEmpty);
            string cure = isEmpty ? $"; the host has no {string.Join(", no ", missing)}: load the driver that makes it, or choose other devices" : "";
            throw new CdiException(invalid.Reason, $"failed to write spec: {invalid.Message}{cure}", invalid);
        }
    }

    // The infix stands before the extension, which decides the format (GN-94).
    private static string WithInfix(string path, string infix)
    {
        // What is not a file of that name gets all documents.
        if (infix.Length == 0 || (HostFile.TryStatus(path, followLinks: true, out FileStatus old) && old.Kind is not (FileKind.Regular or FileKind.Directory)))
            return path;
        string extension = LexicalPath.Extension(path);
        return path[..^extension.Length] + infix + extension;
    }
}
