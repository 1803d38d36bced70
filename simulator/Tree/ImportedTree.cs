using System.Globalization;
using System.Text;
using GpuContainers.Elf.Cache;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Elf;

namespace GpuContainers.Simulator.Tree;

/// <summary>A machine from a support bundle: its libraries are our small ones with its names, and NVML gives its answers.</summary>
internal sealed class ImportedTree
{
    private readonly HostTree _tree;
    private readonly ImportedHost _host;
    private readonly Lazy<byte[]> _nvml;
    private readonly string _answers;

    private ImportedTree(HostTree tree, ImportedHost host, Func<byte[]> nvmlLibrary, string at)
    {
        _tree = tree;
        _host = host;
        _nvml = new(() => NvmlTree.WithoutNames(nvmlLibrary(), NvmlTree.MissingBefore(host.Answers.DriverVersion)));
        _answers = Answers(host, at);
    }

    internal static void Add(HostTree tree, ImportedHost host, Func<byte[]> nvmlLibrary, string at)
    {
        var imported = new ImportedTree(tree, host, nvmlLibrary, at);
        foreach (ImportedEntry entry in host.Entries)
            imported.Add(entry);
        foreach (ImportedCache cache in host.Caches)
            tree.KnownLibraries[cache.Root] = [.. cache.Libraries.Select(Cached)];
    }

    private static CachedLibrary Cached(ImportedCachedLibrary library) =>
        new(Encoding.UTF8.GetBytes(library.Name), Encoding.UTF8.GetBytes(library.Path), library.Flags);

    private void Add(ImportedEntry entry)
    {
        var mode = (UnixFileMode)Convert.ToInt32(entry.Mode, 8);
        switch (entry.Kind)
        {
            case ImportedKind.Folder:
                _tree.Directory(entry.Path);
                break;
            case ImportedKind.Link:
                _tree.Link(entry.Path, entry.Target);
                break;
            case ImportedKind.Node:
                _tree.Node(entry.Path, entry.Major, entry.Minor, mode, entry.Group);
                break;
            case ImportedKind.Socket:
                _tree.Socket(entry.Path);
                break;
            case ImportedKind.Text:
                // A text is never a program, whatever its mode says.
                _tree.File(entry.Path, entry.Text!, mode & FileModes.SharedFile);
                break;
            case ImportedKind.Library:
                _tree.File(entry.Path, Library(entry, out bool keepsEnd), mode, keepsEnd ? 0 : entry.Size);
                break;
            case ImportedKind.Program:
                string says = $"{LexicalPath.Base(entry.Path)}: this program stands for that of an imported host\n";
                _tree.File(entry.Path, StaticProgram.Printing(says), mode, entry.Size);
                break;
            default:
                _tree.File(entry.Path, [], mode & FileModes.SharedFile, entry.Size);
                break;
        }
    }

    // The answers stand at the end of a library: one with answers cannot be made longer.
    private byte[] Library(ImportedEntry entry, out bool keepsEnd)
    {
        string name = entry.Soname ?? LexicalPath.Base(entry.Path);
        keepsEnd = entry.Bits == 64 && name is "libnvidia-ml.so.1" or "libdxcore.so";
        if (keepsEnd)
            return NvmlTree.WithAnswers(name == "libdxcore.so" ? WslTree.Renamed(_nvml.Value) : _nvml.Value, _answers);
        if (entry.Bits == 64 && name == "libcuda.so.1" && _host.Answers.CudaVersion > 0)
            return DriverTree.Cuda(_host.Answers.CudaVersion, Capability());
        return new SharedObject(entry.Soname, entry.Bits == 32) { HasSections = entry.Sections }.ToBytes();
    }

    private string Capability() => _host.Answers.ComputeCapability is { Length: > 0 } told ? told
        : _host.Answers.Gpus is [var first, ..] ? first.ComputeCapability : "0.0";

    // In the form of NvmlTree.Answers.
    private static string Answers(ImportedHost host, string at)
    {
        ImportedAnswers answers = host.Answers;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"driver\t{answers.DriverVersion}\t{answers.CudaVersion}\t{Behaviour(answers.Behaviour)}\n");
        text.Append(CultureInfo.InvariantCulture, $"nodes\t{LexicalPath.Join(at, NodeFolder(host))}\n");
        foreach (ImportedGpu gpu in answers.Gpus)
        {
            string addressing = gpu.Coherent switch { null => "unknown", true => "ats", false => "none" };
            text.Append(CultureInfo.InvariantCulture, $"gpu\t{gpu.Minor}\t{gpu.Uuid}\t{gpu.BusId}\t0\t{addressing}\t{(gpu.MigCapable ? 1 : 0)}\t");
            text.Append(CultureInfo.InvariantCulture, $"{(gpu.MigEnabled ? 1 : 0)}\t{gpu.ComputeCapability}\t{gpu.Model}\n");
            foreach (ImportedMig mig in gpu.Mig)
            {
                // Sizes of profiles are not in a bundle; that a profile can draw is.
                _ = MigProfile.TryParse(mig.Graphics ? "1g.10gb+gfx" : "1g.10gb", out MigProfile p);
                text.Append(CultureInfo.InvariantCulture, $"mig\t{mig.Index}\t{mig.Uuid}\t{mig.GpuInstance}\t{mig.ComputeInstance}\t");
                text.Append(CultureInfo.InvariantCulture, $"{p.Slices}\t{p.MemoryGb}\t{p.Number}\t{p.Id}\t{p.ComputeNumber}\n");
            }
        }
        foreach (string store in answers.DriverStores)
            text.Append(CultureInfo.InvariantCulture, $"store\t{LexicalPath.Join(at, store)}\n");
        return text.ToString();
    }

    private static string Behaviour(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static string NodeFolder(ImportedHost host) =>
        host.Entries.FirstOrDefault(static entry => entry.Kind == ImportedKind.Node && LexicalPath.Base(entry.Path) == "nvidiactl") is { } node
            ? LexicalPath.Parent(node.Path) : "/dev";
}
