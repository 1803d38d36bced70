using GpuContainers.Cdi.Lint;
using GpuContainers.Cdi.Reading;
using GpuContainers.Cdi.Registry;

namespace GpuContainers.Cdi;

/// <summary>Examines files of documents closely: everything a reader would refuse, and what it accepts but an administrator should know.</summary>
public sealed class SpecLint
{
    private readonly List<CdiFinding> _findings = [];
    private readonly Dictionary<string, (string File, int Folder)> _devices = new(StringComparer.Ordinal);

    private readonly bool _withHost;

    private SpecLint(bool withHost) => _withHost = withHost;

    /// <summary>Examines folders of documents, or single files.</summary>
    /// <param name="paths">Folders, of which later ones have priority, or files, which all have the same.</param>
    /// <returns>The findings, file by file in the order of reading, by line.</returns>
    public static IReadOnlyList<CdiFinding> Examine(IReadOnlyList<string> paths) => Examine(paths, withHost: true);

    /// <summary>Examines folders of documents, or single files, that may be meant for another host.</summary>
    /// <param name="paths">Folders, of which later ones have priority, or files, which all have the same.</param>
    /// <param name="withHost">Whether the documents are compared with this host.</param>
    /// <returns>The findings, file by file in the order of reading, by line.</returns>
    public static IReadOnlyList<CdiFinding> Examine(IReadOnlyList<string> paths, bool withHost)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var lint = new SpecLint(withHost);
        for (int i = 0; i < paths.Count; i++)
            lint.Path(paths[i], i);
        return lint._findings;
    }

    /// <summary>The files that <see cref="Examine(IReadOnlyList{string})"/> reads for some paths.</summary>
    public static IReadOnlyList<string> FindFiles(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
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
        IReadOnlyList<string> files = [.. SpecFolders.Files(path, CdiOptions.Default, Unreadable)];
        foreach (string file in files)
            File(file, index);
        if (files.Count == 0)
            OtherNames(path);
    }

    // Engines read nothing of such a folder, and its owner wonders why.
    private void OtherNames(string folder)
    {
        _ = HostDirectory.TryNames(folder, out IReadOnlyList<string> names, out _);
        foreach (string name in names.Where(static name => name.EndsWith(".yml", StringComparison.Ordinal)))
        {
            Add($"{folder.TrimEnd('/')}/{name}", FindingCode.OtherName, CdiSeverity.Error, new CdiProblem("", "no engine reads a file whose name ends in .yml",
                "rename it so that it ends in .yaml"));
        }
    }

    private void Unreadable(string path, string text) =>
        Add(path, FindingCode.Unreadable, CdiSeverity.Error, new CdiProblem("", text, "make it a readable regular file, or remove it"));

    private void File(string path, int folder)
    {
        int first = _findings.Count;
        try
        {
            byte[] bytes = CdiSpecFile.ReadBytes(path);
            Content(path, CdiSpecReader.Parse(bytes, path), folder);
            Rest(path, bytes);
        }
        catch (LinuxException error) when (error.Errno == Errno.ENOENT)
        {
            Add(path, FindingCode.Unreadable, CdiSeverity.Error, new CdiProblem("", error.Message, "name a file or folder that exists"));
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
                string hint = syntax ? "correct the text there, or generate the document anew" : problem.Hint;
                Add(path, syntax ? FindingCode.Syntax : FindingCode.Structure, CdiSeverity.Error, problem with { Hint = hint });
            }
        }
        WritablePaths.Check(path, "", (text, hint) => Add(path, FindingCode.Writable, CdiSeverity.Error, new CdiProblem("", text, hint)));
        _findings.Sort(first, _findings.Count - first, Comparer<CdiFinding>.Create(static (a, b) =>
            a.Line != b.Line ? a.Line.CompareTo(b.Line) : a.Column != b.Column ? a.Column.CompareTo(b.Column) : string.CompareOrdinal(a.Code, b.Code)));
    }

    private void Content(string path, CdiDocument document, int folder)
    {
        if (document.Spec is not { } spec)
        {
            Add(path, FindingCode.Empty, CdiSeverity.Error, new CdiProblem("", "no Spec data", "write a document, or remove the file"));
            return;
        }
        foreach (CdiProblem problem in spec.Validate())
            Add(path, FindingCode.Invalid, CdiSeverity.Error, document.Place(problem));
        foreach (CdiProblem warning in document.Warnings)
            Add(path, FindingCode.Spelling, CdiSeverity.Warning, warning);
        foreach (CdiProblem problem in AnnotationRules.FindProblems(spec))
            Add(path, FindingCode.Annotation, CdiSeverity.Warning, document.Place(problem));
        UnquotedNames.Check(document.Root, problem => Add(path, FindingCode.Unquoted, CdiSeverity.Warning, problem));
        Version(path, document, spec);
        Conflicts(path, document, spec, folder);
        EditsLint.Check(spec, _withHost, (code, severity, problem) => Add(path, code, severity, document.Place(problem)));
    }

    // Readers take the first document and say nothing about what follows (CDI-13).
    private void Rest(string path, byte[] bytes)
    {
        if (YamlTree.FindRest(SpecText.Decode(bytes, path)) is { } place)
        {
            Add(path, FindingCode.Rest, CdiSeverity.Warning, new CdiProblem(place.Line, place.Column, "",
                "engines read only the first document of a file, not what stands from here on", "put it into a file of its own, or remove it"));
        }
    }

    // NVIDIA's toolkit lets a version pass that is too low for devices before the last one (CDI-35).
    private void Version(string path, CdiDocument document, CdiSpec spec)
    {
        string minimum = SpecVersion.Minimum(spec);
        if (SpecVersion.FindProblem(spec) is null && SpecVersion.IsLower(spec.Version, minimum))
        {
            string text = $"the document uses features of version {minimum}, but declares {spec.Version}";
            Add(path, FindingCode.LowVersion, CdiSeverity.Warning, document.Place(new CdiProblem("cdiVersion", text, $"declare cdiVersion {minimum}")));
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
                string text = $"conflicting device \"{name}\": {other.File} defines it, too, so it is not available";
                var problem = new CdiProblem($"devices[{i}].name", text, "remove it from one of the files");
                Add(path, FindingCode.Conflict, CdiSeverity.Error, document.Place(problem));
            }
        }
    }

    private void Add(string file, string code, CdiSeverity severity, CdiProblem problem) =>
        _findings.Add(new CdiFinding(code, severity, file, problem.Line, problem.Column, problem.Member, problem.Text, problem.Hint));
}

/// <summary>Something that <see cref="SpecLint"/> found.</summary>
/// <param name="Code">The stable code, such as "CDI103".</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">The file or folder.</param>
/// <param name="Line">The line, counted from 1; 0 when it concerns the file as a whole.</param>
/// <param name="Column">The column, counted from 1; 0 when it concerns the file as a whole.</param>
/// <param name="Member">The member, such as "devices[0].containerEdits.hooks[0]"; empty for the file as a whole.</param>
/// <param name="Text">What was found.</param>
/// <param name="Hint">What to do about it.</param>
public sealed record CdiFinding(
    string Code, CdiSeverity Severity, string File, int Line, int Column, string Member, string Text, string Hint);

/// <summary>How bad a finding is.</summary>
public enum CdiSeverity
{
    /// <summary>It works, but should be looked at.</summary>
    Warning,

    /// <summary>Devices of the file cannot be used, or a user other than root can gain root's rights through it.</summary>
    Error,
}

/// <summary>The codes of findings. They are stable: a code that is no longer used is not given a new meaning.</summary>
public static class FindingCode
{
    /// <summary>The file or folder cannot be read.</summary>
    public const string Unreadable = "CDI001";

    /// <summary>The text is not YAML or JSON.</summary>
    public const string Syntax = "CDI002";

    /// <summary>An unknown or repeated member, or a value of the wrong type.</summary>
    public const string Structure = "CDI003";

    /// <summary>There is no document in the file.</summary>
    public const string Empty = "CDI004";

    /// <summary>A rule of the format is broken.</summary>
    public const string Invalid = "CDI005";

    /// <summary>A member occurs in several spellings.</summary>
    public const string Spelling = "CDI101";

    /// <summary>An annotation breaks the rules that no reader enforces.</summary>
    public const string Annotation = "CDI102";

    /// <summary>A hook has no environment of its own and inherits the container's (CVE-2025-23266).</summary>
    public const string InheritedEnvironment = "CDI103";

    /// <summary>Others than root can change a file that takes part in starting containers.</summary>
    public const string Writable = "CDI104";

    /// <summary>A path on the host does not exist.</summary>
    public const string MissingPath = "CDI105";

    /// <summary>A declared device node differs from the host's.</summary>
    public const string OtherNode = "CDI106";

    /// <summary>The declared version is lower than what the document uses.</summary>
    public const string LowVersion = "CDI107";

    /// <summary>Two files define the same device.</summary>
    public const string Conflict = "CDI108";

    /// <summary>Something follows the first document of a file.</summary>
    public const string Rest = "CDI109";

    /// <summary>A file has a name that no engine reads.</summary>
    public const string OtherName = "CDI110";

    /// <summary>A path on the host is relative.</summary>
    public const string RelativePath = "CDI111";

    /// <summary>A name or value stands without quotes that a reader of YAML takes for something else than a text.</summary>
    public const string Unquoted = "CDI112";
}
