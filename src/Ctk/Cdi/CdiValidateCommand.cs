using GpuContainers.Ctk.CommandLine;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Cdi;

/// <summary><c>cdi validate</c>: examines specifications and says what is wrong with them, where, and what to do.</summary>
internal static class CdiValidateCommand
{
    private static readonly ListOption s_folders = SpecFolderOption.Create();

    private static readonly FlagOption s_noHost = new(
        "--no-host-checks", "Leave out what only this host can tell: missing paths, device numbers, rights of hooks");

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("validate", "Examine CDI specifications: the files or folders given, else the specification folders")
    {
        Run = Run,
        Details = "Each finding has a stable code, the file with line and column, and what to do. The exit status is 1 if there are errors.\n\n"
            + "CDI001 to CDI005: what engines refuse. CDI101 double members, CDI102 annotations, CDI103 hooks without environment, CDI104 files that others "
            + "can change, CDI105 paths that this host does not have, CDI106 other device numbers, CDI107 a version too low, CDI108 devices of two files, "
            + "CDI109 text after the first document, CDI110 names in .yml, CDI111 relative paths, CDI112 names without quotes.",
        Examples =
        [
            new Example("everything that engines read on this machine", "nvidia-ctk cdi validate"),
            new Example("a file that is meant for another machine", "nvidia-ctk cdi validate --no-host-checks nvidia.yaml"),
            new Example("one file, for a program", "nvidia-ctk cdi validate --format=json /etc/cdi/nvidia.yaml"),
        ],
        Operands = "PATH",
        Options = [s_folders, OutputFormat.Option, s_noHost],
    };

    private static int Run(Invocation invocation)
    {
        bool isJson = OutputFormat.IsJson(invocation);
        IReadOnlyList<string> paths = invocation.Words.Count > 0 ? invocation.Words : Folders(invocation);
        IReadOnlyList<CdiFinding> findings = SpecLint.Examine(paths, withHost: !invocation.Get(s_noHost));
        int errors = findings.Count(finding => finding.Severity == CdiSeverity.Error);
        int files = SpecLint.FindFiles(paths).Count;
        if (isJson)
            WriteJson(invocation.Output, findings, files, errors);
        else
            WriteText(invocation.Output, findings, files, errors);
        if (files == 0 && errors == 0)
        {
            string searched = string.Join(", ", Searched(invocation));
            Log.Warning($"no specification found in {searched}; make one: nvidia-ctk cdi generate --output=/var/run/cdi/nvidia.yaml");
        }
        return errors > 0 ? 1 : 0;
    }

    private static IReadOnlyList<string> Searched(Invocation invocation) =>
        invocation.Words.Count > 0 ? invocation.Words : SpecFolderOption.Read(invocation, s_folders);

    // A healthy host need not have both of the usual folders.
    private static IReadOnlyList<string> Folders(Invocation invocation)
    {
        IReadOnlyList<string> folders = SpecFolderOption.Read(invocation, s_folders);
        return invocation.IsGiven(s_folders) ? folders
            : [.. folders.Where(folder => HostFile.TryStatus(folder, followLinks: true, out _, out Errno error) || error != Errno.ENOENT)];
    }

    private static void WriteText(TextWriter output, IReadOnlyList<CdiFinding> findings, int files, int errors)
    {
        foreach (CdiFinding finding in findings)
        {
            // Names of the file and in it are those of whoever could write there.
            string place = finding.Line > 0 ? $"{finding.File}:{finding.Line}:{finding.Column}" : finding.File;
            string member = finding.Member.Length > 0 ? finding.Member + ": " : "";
            string said = ShownValues.Printable($"{place}: {Word(finding.Severity)} {finding.Code}: {member}{finding.Text}");
            output.Write(Terminal.Fit($"{said}\n    cure: {ShownValues.Printable(finding.Hint)}\n"));
        }
        output.Write($"{Count(files, "file")}, {Count(errors, "error")}, {Count(findings.Count - errors, "warning")}\n");
    }

    private static void WriteJson(TextWriter output, IReadOnlyList<CdiFinding> findings, int files, int errors) => output.Write(JsonLine.Object(json =>
    {
        json.Member("files", files);
        json.Member("errors", errors);
        json.Member("warnings", findings.Count - errors);
        json.Member("findings", findings, finding =>
        {
            json.Member("code", finding.Code);
            json.Member("severity", Word(finding.Severity));
            json.Member("file", finding.File);
            json.Optional("line", finding.Line > 0 ? finding.Line : null);
            json.Optional("column", finding.Line > 0 ? finding.Column : null);
            json.Optional("member", finding.Member);
            json.Member("text", finding.Text);
            json.Member("cure", finding.Hint);
        });
    }));

    private static string Word(CdiSeverity severity) => severity == CdiSeverity.Error ? "error" : "warning";

    private static string Count(int number, string word) => $"{number} {word}{(number == 1 ? "" : "s")}";
}
