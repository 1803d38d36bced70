using System.Text;
using GpuContainers.Cdi;
using GpuContainers.CommandLine;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Cdi;

/// <summary><c>cdi validate</c>: examines specifications and says what is wrong with them, where, and what to do.</summary>
internal static class CdiValidateCommand
{
    private static readonly ListOption s_folders = SpecFolderOption.Create();
    private static readonly TextOption s_format = new("--format", "Output: text or json", "text") { ValueWord = "FORMAT", Choices = ["text", "json"] };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("validate", "Examine CDI specifications: the files or folders given, else the specification folders")
    {
        Run = Run,
        Details = "Each finding has a stable code, the file with line and column, and what to do. The exit status is 1 if there are errors.",
        Examples =
        [
            new Example("everything that engines read on this machine", "nvidia-ctk cdi validate"),
            new Example("one file, for a program", "nvidia-ctk cdi validate --format=json /etc/cdi/nvidia.yaml"),
        ],
        Operands = "PATH",
        Options = [s_folders, s_format],
    };

    private static int Run(Invocation invocation)
    {
        string format = invocation.Get(s_format);
        if (format is not ("text" or "json"))
            throw new CommandLineException(CommandLineFault.Value, $"invalid output format: {format}; use text or json");
        IReadOnlyList<string> paths = invocation.Words.Count > 0 ? invocation.Words : SpecFolderOption.Read(invocation, s_folders);
        IReadOnlyList<CdiFinding> findings = SpecLint.Examine(paths);
        int errors = findings.Count(finding => finding.Severity == CdiSeverity.Error);
        int files = SpecLint.FindFiles(paths).Count;
        if (format == "json")
            WriteJson(invocation.Output, findings, files, errors);
        else
            WriteText(invocation.Output, findings, files, errors);
        return errors > 0 ? 1 : 0;
    }

    private static void WriteText(TextWriter output, IReadOnlyList<CdiFinding> findings, int files, int errors)
    {
        foreach (CdiFinding finding in findings)
        {
            string place = finding.Line > 0 ? $"{finding.File}:{finding.Line}:{finding.Column}" : finding.File;
            string member = finding.Member.Length > 0 ? finding.Member + ": " : "";
            output.Write($"{place}: {Word(finding.Severity)} {finding.Code}: {member}{finding.Text}\n    cure: {finding.Hint}\n");
        }
        output.Write($"{Count(files, "file")}, {Count(errors, "error")}, {Count(findings.Count - errors, "warning")}\n");
    }

    private static void WriteJson(TextWriter output, IReadOnlyList<CdiFinding> findings, int files, int errors)
    {
        var json = new JsonLine();
        json.BeginObject();
        json.Name("files");
        json.Value(files);
        json.Name("errors");
        json.Value(errors);
        json.Name("warnings");
        json.Value(findings.Count - errors);
        json.Name("findings");
        json.BeginList();
        foreach (CdiFinding finding in findings)
        {
            json.BeginObject();
            Member(json, "code", finding.Code);
            Member(json, "severity", Word(finding.Severity));
            Member(json, "file", finding.File);
            json.Optional("line", finding.Line > 0 ? finding.Line : null);
            json.Optional("column", finding.Line > 0 ? finding.Column : null);
            json.Optional("member", finding.Member);
            Member(json, "text", finding.Text);
            Member(json, "cure", finding.Hint);
            json.EndObject();
        }
        json.EndList();
        json.EndObject();
        output.Write(Encoding.UTF8.GetString(json.Written) + "\n");
    }

    private static void Member(JsonLine json, string name, string value)
    {
        json.Name(name);
        json.Value(value);
    }

    private static string Word(CdiSeverity severity) => severity == CdiSeverity.Error ? "error" : "warning";

    private static string Count(int number, string word) => $"{number} {word}{(number == 1 ? "" : "s")}";
}
