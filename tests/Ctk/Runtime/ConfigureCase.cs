using System.Text;
using GpuContainers.CommandLine;
using GpuContainers.Ctk.CommandLine;
using GpuContainers.Diagnostics;

namespace GpuContainers.Ctk.Tests.Runtime;

/// <summary>A case of testdata/engines in a folder of its own: a user's files, the options, and the difference that they shall make.</summary>
internal sealed class ConfigureCase : IDisposable
{
    // Stands for the folder in the texts of a case.
    private const string Mark = "@/";

    private static readonly string s_cases = Checkout.At("testdata", "engines");

    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;
    private readonly string[] _arguments;

    internal ConfigureCase(string name)
    {
        string source = Path.Combine(s_cases, name);
        foreach (string file in Directory.GetFiles(Path.Combine(source, "files"), "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(Files, Path.GetRelativePath(Path.Combine(source, "files"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(
                target, Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(File.ReadAllBytes(file)).Replace(Mark, Files + "/", StringComparison.Ordinal)));
        }
        Expected = File.ReadAllText(Path.Combine(source, "expected.diff"));
        TopLevel = Directory.GetFiles(Files).Single();
        string[] given = File.ReadAllText(Path.Combine(source, "arguments")).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        bool needsDropIn = !given.Contains("--runtime=docker") && !given.Contains("--drop-in-config=");
        _arguments = ["--quiet", "runtime", "configure", "--config=" + TopLevel, "--backup-dir=" + Backups, .. given,
            .. needsDropIn ? ["--drop-in-config=" + DropIn] : Array.Empty<string>()];
    }

    /// <summary>The names of all cases.</summary>
    internal static IEnumerable<string> Names =>
        Directory.GetDirectories(s_cases).Select(path => Path.GetFileName(path)!).Where(name => name != "refused").Order(StringComparer.Ordinal);

    /// <summary>The difference that the case shall make.</summary>
    internal string Expected { get; }

    internal string TopLevel { get; }

    internal string Files => _folder + "/files";

    internal string Backups => _folder + "/backups";

    private string DropIn => Files + "/conf.d/99-nvidia.toml";

    /// <summary>Runs the command with the case's options and further ones, and returns what it prints.</summary>
    internal string Run(params string[] more)
    {
        using var output = new StringWriter();
        Assert.Equal(0, new CommandLineProgram(RootCommand.Create(), output, static _ => { }, LogFormat.Text, _ => null).Run([.. _arguments, .. more]));
        return output.ToString().Replace(Files + "/", Mark, StringComparison.Ordinal);
    }

    /// <summary>All files and folders: path, content and time of change.</summary>
    internal Dictionary<string, string> Snapshot(bool withTimes = true) =>
        Directory.GetFileSystemEntries(Files, "*", SearchOption.AllDirectories).ToDictionary(path => path, path =>
            Directory.Exists(path) ? "folder" : Encoding.Latin1.GetString(File.ReadAllBytes(path)) + (withTimes ? File.GetLastWriteTimeUtc(path).Ticks : ""));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
