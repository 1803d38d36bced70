using System.Formats.Tar;
using System.IO.Compression;
using GpuContainers.Ctk.Doctor.Report;
using GpuContainers.Generation;

namespace GpuContainers.Ctk.Doctor.Bundle;

/// <summary>
/// A machine in a file, for a report of a fault: everything that decides what its containers get, and nothing that tells whose it is. The simulator makes a
/// machine of it.
/// </summary>
/// <param name="Files">The files in it, by name, in their order.</param>
/// <param name="Entries">What of the machine is in it.</param>
/// <param name="Replaced">What was replaced, such as "2 UUIDs".</param>
internal sealed record SupportBundle(IReadOnlyList<(string Name, string Text)> Files, IReadOnlyCollection<BundleEntry> Entries, IReadOnlyList<string> Replaced)
{
    private const string About = """
        A support bundle of the GPU container toolkit, made by: nvidia-ctk doctor --bundle

        doctor.json      what doctor says about the machine
        generated.yaml   the CDI specification of the machine, or why there is none
        host.json        files, links, nodes and libraries that decide, with sizes and names; no content of libraries and programs
        files/           the texts among them: of the kernel, of the toolkit, of engines (what decides about GPUs of these, nothing else)

        Replaced or left out: UUIDs, the host's name, names of users, registries, variables, everything that is not known to be harmless.

        To see it as a machine: gpu-host-simulator import FILE, then gpu-host-simulator run.
        """;

    /// <summary>Makes one.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="keepsUuids">Whether the UUIDs of GPUs stay as they are.</param>
    public static SupportBundle Make(Machine machine, bool keepsUuids)
    {
        DriverAnswers answers = DriverAnswers.Ask(machine);
        var privacy = Privacy.Of(machine, keepsUuids);
        privacy.Learn([answers.Texts, .. machine.Driver.Gpus.Select(static gpu => gpu.Uuid ?? "")]);
        var snapshot = new HostSnapshot(machine, privacy);
        BundleContent.Collect(snapshot);
        string findings = ReportJson.Write(WithoutNames(Examination.Of(machine, AllChecks.List), sentence => privacy.CleanSentence(Shown(machine, sentence))));
        List<(string, string)> files =
        [
            ("README.txt", About + "\n"),
            ("doctor.json", findings),
            ("generated.yaml", privacy.Clean(Generated(machine))),
            ("host.json", HostJson.Write(snapshot, answers, privacy)),
            .. snapshot.Entries.Where(static entry => entry.Kind == BundleEntryKind.Text).Select(static entry => ("files" + entry.Path, entry.Text)),
        ];
        return new SupportBundle(files, snapshot.Entries, privacy.Replaced);
    }

    /// <summary>Its bytes: the same for the same machine, because no time is in it.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var compressed = new GZipStream(bytes, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var archive = new TarWriter(compressed, TarEntryFormat.Gnu))
        {
            foreach ((string name, string text) in Files)
            {
                archive.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name)
                {
                    Mode = FileModes.PublicFile,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                });
            }
        }
        return bytes.ToArray();
    }

    // By the driver root of the configuration, as `cdi generate` does it.
    private static string Generated(Machine machine)
    {
        try
        {
            GenerationOptions options = BundleContent.Options(machine, BundleContent.ConfiguredRoot(machine)) with { MergedDevice = "all" };
            CdiSpec spec = SpecGenerator.Generate(options, ["all"], machine.Context);
            return Shown(machine, Encoding.UTF8.GetString(CdiSpecWriter.ToYaml(spec)));
        }
        catch (GenerationException problem)
        {
            return $"# none: {Shown(machine, problem.Message)}\n";
        }
    }

    // A machine below a folder has the same paths as one that is a root.
    private static string Shown(Machine machine, string text) => machine.Root == "/" ? text : text.Replace(machine.Root, "", StringComparison.Ordinal);

    private static Examination WithoutNames(Examination examination, Func<string, string> clean)
    {
        Cure? Cured(Cure? cure) => cure is null ? null
            : cure with { Advice = clean(cure.Advice), Commands = [.. cure.Commands.Select(command => (string[])[.. command.Select(clean)])] };
        Finding Cleaned(Finding finding) => finding with { Seen = clean(finding.Seen), Cure = Cured(finding.Cure) };
        return new Examination(
            [.. examination.Results.Select(result => result with { Finding = Cleaned(result.Finding) })],
            [.. examination.Failures.Select(clean)], [.. examination.Unseen.Select(clean)]);
    }
}

/// <summary>What an entry of a bundle stands for.</summary>
internal enum BundleEntryKind
{
    /// <summary>A directory.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A character device.</summary>
    Node,

    /// <summary>A unix socket.</summary>
    Socket,

    /// <summary>A file whose text is in the bundle.</summary>
    Text,

    /// <summary>A library: what its headers say, nothing of its content.</summary>
    Library,

    /// <summary>A program: its name and size.</summary>
    Program,

    /// <summary>Another file: its name and size.</summary>
    Data,
}

/// <summary>One thing of a machine as a bundle describes it.</summary>
/// <param name="Path">Where, absolute, without a link on the way.</param>
/// <param name="Kind">What it is.</param>
internal sealed record BundleEntry(string Path, BundleEntryKind Kind)
{
    /// <summary>The permissions; of nodes and files.</summary>
    public UnixFileMode Mode { get; init; } = FileModes.PublicFile;

    /// <summary>The group; of nodes.</summary>
    public uint Group { get; init; }

    /// <summary>The numbers of a node.</summary>
    public (uint Major, uint Minor) Numbers { get; init; }

    /// <summary>Where a link leads.</summary>
    public string Target { get; init; } = "";

    /// <summary>The content of a text.</summary>
    public string Text { get; init; } = "";

    /// <summary>The bytes of a file whose content is not in the bundle.</summary>
    public long Size { get; init; }

    /// <summary>What a library's headers say.</summary>
    public LibraryHeaders? Library { get; init; }
}

/// <summary>What the headers of a library say.</summary>
/// <param name="Soname">The name that it gives itself; null when it has none.</param>
/// <param name="Is32Bit">Whether it is for 32-bit programs.</param>
/// <param name="Machine">Its processor (e_machine).</param>
/// <param name="HasSections">Whether it has section headers, without which some readers see no name.</param>
internal sealed record LibraryHeaders(string? Soname, bool Is32Bit, int Machine, bool HasSections);
