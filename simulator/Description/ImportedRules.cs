using System.Globalization;
using System.Text.RegularExpressions;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Simulator.Description;

/// <summary>
/// What an imported machine must keep to. A bundle comes from a stranger and is made into files by root, so it may say what is there, and never what runs:
/// texts only where no program looks for commands, nodes only of the kinds that GPUs bring.
/// </summary>
internal static partial class ImportedRules
{
    private const int Form = 1;
    private const int MaximumEntries = 20_000;
    private const int MaximumPath = 4095;
    private const int MaximumText = 1 << 20;
    private const long MaximumSize = 8L << 30;

    // Majors below are those of memory, terminals and disks.
    private const uint LowestMajor = 10;

    private static readonly string[] s_texts =
    [
        "/proc/driver/nvidia", "/proc/devices", "/proc/sys/kernel/osrelease", "/sys/bus/pci/devices/", "/sys/module/firmware_class/",
        "/sys/devices/soc0/", "/etc/nvidia-container-runtime/", "/etc/nv_tegra_release",
        "/etc/cdi/", "/run/cdi/", "/var/run/cdi/", "/etc/docker/daemon.json", "/etc/containerd/", "/etc/crio/", "/etc/containers/", "/usr/share/containers/",
        "/var/lib/rancher/", "/var/snap/docker/",
    ];

    private static readonly string[] s_behaviours = ["works", "fails", "hangs", "crashes", "notLoaded", "mismatch"];

    /// <summary>Refuses one that does not.</summary>
    /// <exception cref="ToolkitException">The first violation, with the entry's path.</exception>
    internal static void Check(string host, ImportedHost imported)
    {
        Require(imported.Form == Form, host, $"form {imported.Form}",
            $"is not known to this program, which reads form {Form}; use the simulator of the bundle's toolkit");
        Require(s_behaviours.Contains(imported.Answers.Behaviour), host, "answers.behaviour", $"is none of {string.Join(", ", s_behaviours)}");
        Require(imported.Entries.Count <= MaximumEntries, host, "entries", $"are more than {MaximumEntries}");
        foreach (string text in Words(imported))
        {
            Require(!text.AsSpan().ContainsAny('\t', '\n', '\0') && text.Length <= MaximumPath, host, "answers, caches",
                "hold a word with a tab, a line end or NUL");
        }
        foreach (ImportedGpu gpu in imported.Answers.Gpus)
            Require(CapabilityForm().IsMatch(gpu.ComputeCapability), host, "answers.gpus.computeCapability", "must look like 9.0");
        Require(imported.Answers.ComputeCapability is "" || CapabilityForm().IsMatch(imported.Answers.ComputeCapability), host, "answers.computeCapability",
            "must look like 9.0");
        var kinds = new Dictionary<string, ImportedKind>(StringComparer.Ordinal);
        foreach (ImportedEntry entry in imported.Entries)
        {
            CheckEntry(host, entry);
            Require(kinds.TryAdd(entry.Path, entry.Kind), host, entry.Path, "is there twice");
        }
        foreach (ImportedEntry entry in imported.Entries)
            CheckAbove(host, entry.Path, kinds);
    }

    private static IEnumerable<string> Words(ImportedHost imported) =>
    [
        imported.ProgramPath, imported.DataDirectories, imported.Answers.DriverVersion, .. imported.Answers.DriverStores,
        .. imported.Answers.Gpus.SelectMany(static gpu => (string[])[gpu.Model, gpu.Uuid, gpu.BusId, .. gpu.Mig.Select(static mig => mig.Uuid)]),
        .. imported.Caches.SelectMany(static cache => cache.Libraries).SelectMany(static library => (string[])[library.Name, library.Path]),
    ];

    private static void CheckEntry(string host, ImportedEntry entry)
    {
        string path = entry.Path;
        Require(IsPath(path), host, path, "is not an absolute path without \"..\"");
        Require(ModeForm().IsMatch(entry.Mode), host, path, $"has the mode {entry.Mode}, which is not octal");
        Require(entry.Size is >= 0 and <= MaximumSize, host, path, "is too big");
        Require(entry.Bits is 32 or 64, host, path, "has neither 32 nor 64 bits");
        bool isText = entry.Kind == ImportedKind.Text;
        Require(!isText || Array.Exists(s_texts, place => path.StartsWith(place, StringComparison.Ordinal)), host, path,
            "is not a place for a text of a bundle");
        Require(!isText || entry.Text is { Length: <= MaximumText }, host, path, "has no text, or one that is too long");
        Require(entry.Kind != ImportedKind.Link || (entry.Target.Length is > 0 and <= MaximumPath && !entry.Target.Contains('\0')), host, path,
            "is a link that leads nowhere");
        Require(entry.Kind != ImportedKind.Node || (NodeForm().IsMatch(path) && entry.Major >= LowestMajor), host, path,
            $"is not a device of a GPU ({entry.Major}:{entry.Minor})");
        Require(entry.Soname is not { } soname || (soname.Length <= MaximumPath && !soname.Contains('\0')), host, path, "has a name that no library has");
    }

    // Nothing is written through a link, and nothing below a file.
    private static void CheckAbove(string host, string path, Dictionary<string, ImportedKind> kinds)
    {
        for (string above = LexicalPath.Parent(path); above != "/"; above = LexicalPath.Parent(above))
            Require(!kinds.TryGetValue(above, out ImportedKind kind) || kind == ImportedKind.Folder, host, path, $"lies below {above}, which is not a folder");
    }

    private static bool IsPath(string path) =>
        path.Length is > 1 and <= MaximumPath && path[0] == '/' && LexicalPath.Clean(path) == path && !path.AsSpan().ContainsAny('\0', '\n');

    private static void Require(bool holds, string host, string what, string rule)
    {
        if (!holds)
            throw new ToolkitException(string.Create(CultureInfo.InvariantCulture, $"{host}: {what} {rule}"));
    }

    [GeneratedRegex("^[0-7]{3,4}$")]
    private static partial Regex ModeForm();

    [GeneratedRegex("^[0-9]{1,4}\\.[0-9]{1,4}$")]
    private static partial Regex CapabilityForm();

    [GeneratedRegex("/dev/(nvidia[^/]*|nvidia-caps/[^/]+|nvidia-caps-imex-channels/[^/]+|dri/[^/]+|infiniband/[^/]+|dxg|gdrdrv|nvhost[^/]*|nvmap"
        + "|nvgpu[^/]*|nvgpu/[^/]+|nvgpu/[^/]+/[^/]+|nvsciipc)$")]
    private static partial Regex NodeForm();
}
