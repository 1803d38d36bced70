using GpuContainers.Generation;

namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>CDI specifications: there, valid, of this machine's state, readable by those who need them.</summary>
internal static class CdiChecks
{
    private static readonly string[] s_generate = ["nvidia-ctk", "cdi", "generate", "--output=/var/run/cdi/nvidia.yaml"];

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("cdi-there", Subject.Cdi, "engines that resolve CDI names by themselves (docker --device nvidia.com/gpu=all, Podman) need a specification",
            There),
        new Check("cdi-valid", Subject.Cdi, "an engine does not know the devices of a specification that it cannot read: \"unresolvable CDI devices\"", Valid),
        new Check("cdi-current", Subject.Cdi, "a specification of an earlier state makes containers fail to start, or start without a GPU", Current),
        new Check("cdi-version", Subject.Cdi, "an engine leaves out a specification that is newer than it knows: \"unresolvable CDI devices\"", Version),
        new Check("cdi-readable", Subject.Cdi, "rootless engines read specifications with the rights of their user", Readable),
        new Check("cdi-folders", Subject.Cdi, "an engine that reads other folders than the toolkit knows other devices", FoldersOfEngines),
    ];

    private static Finding There(Machine machine)
    {
        string[] files = [.. machine.Cdi.Ours.Select(static file => file.Path)];
        if (files.Length > 0)
            return Finding.Ok($"{Text.Some(files)}: {Text.Count(machine.Cdi.Ours.Sum(static file => file.Spec!.Devices.Count), "device")}");
        string[] users = [.. machine.Engines.Where(static engine => engine.HasCdi).Select(static engine => engine.Title)];
        if (users.Length == 0 || machine.Driver.Module is null)
            return Finding.NotApplicable("no engine resolves CDI names by itself, or there is no driver");
        return Finding.Warning($"no specification of nvidia.com/gpu is in {string.Join(" or ", machine.Cdi.Folders)}, and {Text.Some(users)} can use one",
            Cure.Fix(s_generate));
    }

    private static List<Finding> Valid(Machine machine)
    {
        if (machine.Cdi.Files.Count == 0)
            return [Finding.NotApplicable("there is no specification")];
        var findings = new List<Finding>();
        foreach (IGrouping<string, CdiFinding> file in SpecLint.Examine([.. machine.Cdi.Folders.Select(machine.At).Where(HostFile.IsDirectory)])
            // What is missing on the machine makes a specification stale, not wrong.
            .Where(static finding => finding.Code is not (FindingCode.MissingPath or FindingCode.OtherNode)).GroupBy(static finding => finding.File))
        {
            CdiFinding worst = file.OrderByDescending(static finding => finding.Severity).First();
            string path = machine.Shown(file.Key), place = worst.Line > 0 ? $"{path}:{worst.Line}:{worst.Column}" : path;
            string seen = $"{place}: {machine.Shown(worst.Text)}" + (file.Count() > 1 ? $" ({file.Count()} findings: nvidia-ctk cdi validate {path})" : "");
            findings.Add(new Finding(worst.Severity == CdiSeverity.Error ? Verdict.Error : Verdict.Warning, seen, Cure.Advise($"{worst.Hint} ({worst.Code})")));
        }
        return findings.Count > 0 ? findings : [Finding.Ok($"{Text.Count(machine.Cdi.Files.Count, "specification")} without an error")];
    }

    // What a refresh noted of the machine is compared first: nothing has to be generated then (DR-18).
    private static IReadOnlyList<Finding> Current(Machine machine)
    {
        CdiFile[] files = [.. machine.Cdi.Ours];
        if (files.Length == 0)
            return [Finding.NotApplicable("there is no specification of the GPUs")];
        CdiFile[] unchanged = [.. files.Where(file => SpecAge.IsUnchanged(machine, file))];
        IEnumerable<Finding> fresh = unchanged.Select(static file => Finding.Ok($"{file.Path} describes this machine: nothing has changed since it was made"));
        return unchanged.Length == files.Length ? [.. fresh] : [.. fresh, .. Compared(machine, [.. files.Except(unchanged)])];
    }

    private static IReadOnlyList<Finding> Compared(Machine machine, IReadOnlyList<CdiFile> files)
    {
        CdiSpec now;
        try
        {
            now = Generate(machine);
        }
        catch (GenerationException problem)
        {
            return [Finding.NotApplicable($"the machine's own state cannot be described: {machine.Shown(problem.Message)}")];
        }
        return [.. files.Select(file => SpecAge.Compare(machine, file, now) is { Length: > 0 } difference
            ? Finding.Error($"{file.Path} is of another state of this machine: {difference}", Cure.Fix([.. s_generate[..3], "--output=" + file.Path]))
            : Finding.Ok($"{file.Path} describes this machine as it is"))];
    }

    // By index alone: UUIDs of GPUs that nobody keeps initialised would take seconds.
    private static CdiSpec Generate(Machine machine)
    {
        string root = machine.Driver.Root.Path, control = machine.At(machine.Driver.Node("nvidiactl"));
        var options = new GenerationOptions { DriverRoot = root == "/" ? "" : root, DevRoot = LexicalPath.Parent(LexicalPath.Parent(control)) };
        return SpecGenerator.Generate(options, ["all"], machine.Context);
    }

    private static List<Finding> Version(Machine machine)
    {
        if (machine.Cdi.Files.Count == 0)
            return [Finding.NotApplicable("there is no specification")];
        var findings = new List<Finding>();
        foreach (CdiFile file in machine.Cdi.Files.Where(static file => file.Spec is not null))
        {
            foreach (EngineFacts engine in machine.Engines.Where(static engine => engine.HasCdi))
            {
                if (EngineCdi.Highest(engine) is not { } highest || !SpecVersion.IsLower(highest, file.Spec!.Version))
                    continue;
                findings.Add(Finding.Error($"{file.Path} has version {file.Spec.Version}, {engine.Title} {engine.Version} reads up to {highest}",
                    Cure.Fix([.. s_generate[..3], "--output=" + file.Path, "--feature-flag=no-additional-gids-for-device-nodes"])));
            }
        }
        return findings.Count > 0 ? findings : [Finding.Ok("every engine here reads the version of every specification")];
    }

    private static List<Finding> Readable(Machine machine)
    {
        const UnixFileMode forAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        if (machine.Cdi.Files.Count == 0)
            return [Finding.NotApplicable("there is no specification")];
        var findings = new List<Finding>();
        foreach (string folder in machine.Cdi.Folders)
        {
            if (machine.Status(folder) is { } status && (status.Mode & UnixFileMode.OtherExecute) == 0)
                findings.Add(Finding.Warning($"{folder} can be entered by {Owner(status)} alone", Cure.Fix("chmod", "a+rx", machine.At(folder))));
        }
        foreach (CdiFile file in machine.Cdi.Files)
        {
            if (machine.Status(file.Path) is { } status && (status.Mode & forAll) != forAll)
                findings.Add(Finding.Warning($"{file.Path} can be read by {Owner(status)} alone", Cure.Fix("chmod", "a+r", machine.At(file.Path))));
        }
        return findings.Count > 0 ? findings : [Finding.Ok("every user can read the specifications")];
    }

    private static string Owner(FileStatus status) => status.Uid == 0 ? "root" : $"user {status.Uid}";

    private static List<Finding> FoldersOfEngines(Machine machine)
    {
        var findings = new List<Finding>();
        foreach (EngineFacts engine in machine.Engines.Where(static engine => engine.HasCdi))
        {
            string[] ours = [.. machine.Cdi.Folders.Select(Real)], theirs = [.. engine.CdiFolders.Select(Real)];
            string[] unread = [.. machine.Cdi.Ours.Select(static file => file.Path).Where(path => !theirs.Contains(Real(LexicalPath.Parent(path))))];
            if (unread.Length > 0 && machine.Cdi.Ours.All(file => unread.Contains(file.Path)))
            {
                findings.Add(Finding.Warning($"{engine.Title} reads {string.Join(" and ", engine.CdiFolders)}, the specification is {unread[0]}",
                    Cure.Fix([.. s_generate[..3], $"--output={engine.CdiFolders[^1]}/nvidia.yaml"])));
            }
            else if (!theirs.Intersect(ours).Any())
            {
                findings.Add(Finding.Warning(
                    $"{engine.Title} reads {string.Join(" and ", engine.CdiFolders)}, the toolkit {string.Join(" and ", machine.Cdi.Folders)}",
                    Cure.Advise($"set nvidia-container-runtime.modes.cdi.spec-dirs in {machine.Toolkit.ConfigPath} to the engine's folders")));
            }
        }
        if (findings.Count > 0)
            return findings;
        return [machine.Engines.Any(static engine => engine.HasCdi) ? Finding.Ok("the engines read the folders that the toolkit reads")
            : Finding.NotApplicable("no engine resolves CDI names by itself")];
    }

    // /var/run is a link to /run on every machine with systemd.
    private static string Real(string folder) => folder.StartsWith("/var/run/", StringComparison.Ordinal) ? folder[4..] : folder;
}
