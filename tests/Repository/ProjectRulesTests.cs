using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GpuContainers.Repository.Tests;

/// <summary>Who may know whom, from the project files and from the using directives.</summary>
public sealed partial class ProjectRulesTests
{
    private static readonly string[] Libraries = ["Cdi", "Configuration", "Diagnostics", "Elf", "Generation", "Host", "Linux", "Oci"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Diagnostics"] = [],
        ["Linux"] = ["Diagnostics"],
        ["Elf"] = ["Diagnostics"],
        ["Nri"] = [],
        ["Nvml"] = ["Diagnostics"],
        ["Oci"] = ["Diagnostics", "Linux"],
        ["Cdi"] = ["Diagnostics", "Oci", "Linux"],
        ["Configuration"] = ["Diagnostics", "Linux"],
        ["Host"] = ["Diagnostics", "Linux", "Elf"],
        ["Generation"] = ["Diagnostics", "Host", "Cdi", "Linux"],
        ["Engines"] = ["Diagnostics", "Configuration", "Linux"],
        ["CommandLine"] = ["Configuration", "Diagnostics"],
        ["Runtime"] = Libraries,
        ["Ctk"] = [.. Libraries, "CommandLine", "Engines", "Nvml"],
        ["Installer"] = ["Cdi", "CommandLine", "Configuration", "Diagnostics", "Engines", "Generation", "Host", "Linux", "Nri"],
    };

    // Host finds the driver's libraries; what Generation makes links of is their soname, which Elf reads.
    private static readonly (string Project, string Used)[] KnownThroughOthers = [("Generation", "Elf")];

    public static TheoryData<string> Projects() =>
        [.. Directory.GetDirectories(Checkout.At("src")).Select(static d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_projects_it_may_know(string project)
    {
        Assert.Contains(project, Allowed.Keys);
        IEnumerable<string> referred = XDocument.Load(Checkout.At("src", project, project + ".csproj")).Descendants("ProjectReference")
            .Select(static r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
        Assert.Empty(referred.Except(Allowed[project]));
    }

    [Fact]
    public void Only_programs_choose_where_messages_go() =>
        RepositoryFiles.AssertNone(FilesThat(LogChoice(), Allowed.Keys.Except(["Diagnostics", "CommandLine", "Ctk", "Installer", "Runtime"])));

    // They are for every program, and one is a package: what they have to say, they return or throw.
    [Fact]
    public void What_stands_below_the_host_writes_no_log() =>
        RepositoryFiles.AssertNone(FilesThat(LogMessage(), ["Cdi", "Elf", "Linux", "Nri", "Nvml", "Oci"]));

    [Theory]
    [InlineData("Log.Start(level, destination);", true, false)]
    [InlineData("Log.Current = log;", true, false)]
    [InlineData("LogOutput? log = Log.Current;", false, false)]
    [InlineData("Log.Warning(text);", false, true)]
    [InlineData("options.Log(level, text);", false, false)]
    public void What_a_line_does_with_the_log_is_seen(string line, bool chooses, bool writes) =>
        Assert.Equal((chooses, writes), (LogChoice().IsMatch(line), LogMessage().IsMatch(line)));

    // References are passed on from project to project: the names that a file uses must keep to the rule as well.
    [Theory]
    [MemberData(nameof(Projects))]
    public void A_projects_files_use_only_projects_it_may_know(string project)
    {
        foreach (string file in SourceFiles.In("src/" + project))
        {
            IEnumerable<string> used = SourceFiles.Lines(file).Select(static l => UsedProject().Match(l)).Where(static m => m.Success)
                .Select(static m => m.Groups[1].Value);
            IEnumerable<string> throughOthers = KnownThroughOthers.Where(k => k.Project == project).Select(static k => k.Used);
            Assert.Empty(used.Except([.. Allowed[project], .. throughOthers, project]).Select(u => $"{file} uses {u}"));
        }
    }

    [Fact]
    public void The_simulator_knows_no_project_but_Elf_and_Linux()
    {
        IEnumerable<string> referred = XDocument.Load(Checkout.At("simulator", "Simulator.csproj")).Descendants("ProjectReference")
            .Select(static r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
        Assert.Equal(["Elf", "Linux"], referred);
    }

    [Fact]
    public void Every_project_has_tests_of_its_name()
    {
        IEnumerable<string> untested = Allowed.Keys.Where(static r => !File.Exists(Checkout.At("tests", r, r + ".csproj")));
        Assert.Empty(untested);
    }

    private static IEnumerable<string> FilesThat(Regex does, IEnumerable<string> projects) =>
        SourceFiles.In(projects.Select(static project => "src/" + project)).Where(file => SourceFiles.Lines(file).Any(does.IsMatch));

    [GeneratedRegex("^\\s*using (?:static )?GpuContainers\\.([A-Za-z]+)")]
    private static partial Regex UsedProject();

    [GeneratedRegex("\\bLog\\.(Start\\(|Current = )")]
    private static partial Regex LogChoice();

    [GeneratedRegex("(?<![.\\w])Log\\.(Error|Warning|Info|Debug|Trace)\\(")]
    private static partial Regex LogMessage();
}
