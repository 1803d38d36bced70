using GpuContainers.Cdi.Lint;
using GpuContainers.Cdi.Registry;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Cdi;

/// <summary>Examines files of documents closely: everything a reader would refuse, and what it accepts but an administrator should know.</summary>
public sealed class SpecLint
{
    private const string ReadCure = "make it a readable regular file, or remove it";

    private readonly List<CdiFinding> _findings = [];
    private readonly Dictionary<string, (string File, int Folder)> _devices = new(StringComparer.Ordinal);

    private SpecLint()
    {
    }

    /// <summary>Examines folders of documents, or single files.</summary>
    /// <param name="paths">Folders, of which later ones have priority, or files, which all have the same.</param>
    /// <returns>The findings, file by file in the order of reading, by line.</returns>
    public static IReadOnlyList<CdiFinding> Examine(IReadOnlyList<string> paths)
    {
        var lint = new SpecLint();
        for (int i = 0; i < paths.Count; i++)
            lint.Path(paths[i], i);
        return lint._findings;
    }

    /// <summary>The files that <see cref="Examine"/> reads for some paths.</summary>
    public static IReadOnlyList<string> FilesOf(IReadOnlyList<string> paths)
    {
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (HostFile.IsDirectory(path))
                files.AddRange(SpecFolders.Files(path, CdiOptions.Default, static (_, _) => { }));
            else
                files.Add(path);
        }
        return files;
    }

    private void Path(string path, int index)
    {
        if (!HostFile.IsDirectory(path))
        {
            // Single files are looked at as if they lay in one folder.
            File(path, -1);
            return;
        }
        foreach (string file in SpecFolders.Files(path, CdiOptions.Default, Unreadable))
            File(file, index);
    }

    private void Unreadable(string path, string text) =>
        _findings.Add(new CdiFinding(FindingCode.Unreadable, CdiSeverity.Error, path, 0, 0, "", text, ReadCure));

    private void File(string path, int folder)
    {
        int first = _findings.Count;
        try
        {
            byte[] bytes = CdiSpecFile.ReadBytes(path);
            Content(path, CdiSpecReader.Parse(bytes, path), folder);
        }
        catch (LinuxException error)
        {
            Unreadable(path, error.Message);
        }
        catch (CdiException error) when (error.Problems.Count == 0)
        {
            Unreadable(path, error.Message);
        }
        catch (CdiException error)
        {
            bool syntax = error.Reason == CdiErrorReason.Syntax;
            foreach (CdiProblem problem in error.Problems)
            {
                string cure = syntax ? "correct the text there, or generate the document anew" : Cures.Of(problem.Text);
                Add(path, syntax ? FindingCode.Syntax : FindingCode.Structure, CdiSeverity.Error, problem, cure);
            }
        }
        WritablePaths.Check(path, "", (text, cure) => Add(path, FindingCode.Writable, CdiSeverity.Error, new CdiProblem(0, 0, "", text), cure));
        _findings.Sort(first, _findings.Count - first, Comparer<CdiFinding>.Create(static (a, b) =>
            a.Line != b.Line ? a.Line.CompareTo(b.Line) : a.Column != b.Column ? a.Column.CompareTo(b.Column) : string.CompareOrdinal(a.Code, b.Code)));
    }

    private void Content(string path, CdiDocument document, int folder)
    {
        if (document.Spec is not { } spec)
        {
            Add(path, FindingCode.Empty, CdiSeverity.Error, new CdiProblem(0, 0, "", "no Spec data"), "write a document, or remove the file");
            return;
        }
        foreach (CdiProblem problem in SpecValidation.Problems(spec))
            Add(path, FindingCode.Invalid, CdiSeverity.Error, Placed(document, problem), Cures.Of(problem.Text));
        foreach (CdiProblem warning in document.Warnings)
            Add(path, FindingCode.Spelling, CdiSeverity.Warning, warning, "keep one of them");
        foreach (CdiProblem problem in AnnotationRules.Problems(spec))
            Add(path, FindingCode.Annotation, CdiSeverity.Warning, Placed(document, problem), "rename the key");
        Version(path, document, spec);
        Conflicts(path, document, spec, folder);
        EditsLint.Check(spec, (code, severity, member, text, cure) =>
            Add(path, code, severity, Placed(document, new CdiProblem(0, 0, member, text)), cure));
    }

    // NVIDIA's toolkit lets a version pass that is too low for devices before the last one (CDI-35).
    private void Version(string path, CdiDocument document, CdiSpec spec)
    {
        string minimum = SpecVersion.Minimum(spec);
        if (SpecVersion.Problem(spec) is null && SpecVersion.IsLower(spec.Version, minimum))
        {
            var problem = new CdiProblem(0, 0, "cdiVersion", $"the document uses features of version {minimum}, but declares {spec.Version}");
            Add(path, FindingCode.LowVersion, CdiSeverity.Warning, Placed(document, problem), $"declare cdiVersion {minimum}");
        }
    }

    // Only files of equal priority are in conflict (CDI-62).
    private void Conflicts(string path, CdiDocument document, CdiSpec spec, int folder)
    {
        for (int i = 0; i < spec.Devices.Count; i++)
        {
            string name = $"{spec.Kind}={spec.Devices[i].Name}";
            if (!_devices.TryGetValue(name, out (string File, int Folder) other) || other.Folder != folder)
            {
                _devices[name] = (path, folder);
            }
            else if (other.File != path)
            {
                var problem = new CdiProblem(
                    0, 0, $"devices[{i}].name", $"conflicting device \"{name}\": {other.File} defines it, too, so it is not available");
                Add(path, FindingCode.Conflict, CdiSeverity.Error, Placed(document, problem), "remove it from one of the files");
            }
        }
    }

    private static CdiProblem Placed(CdiDocument document, CdiProblem problem)
    {
        (int line, int column) = document.PositionOf(problem.Member);
        return problem with { Line = line, Column = column };
    }

    private void Add(string file, string code, CdiSeverity severity, CdiProblem problem, string cure) =>
        _findings.Add(new CdiFinding(code, severity, file, problem.Line, problem.Column, problem.Member, problem.Text, cure));
}
