using GpuContainers.Ctk.Cdi.Generate;
using GpuContainers.Host.Gpus;

namespace GpuContainers.Ctk.Cdi.Refresh;

/// <summary>
/// What a specification depends on, as lines "name: value" that say the same as long as nothing has changed. No device is opened and no library of the driver
/// asked for them, so they cost a few milliseconds; they decide whether a generation is worth while, never what it brings.
/// </summary>
internal static class HostFacts
{
    private const long Limit = 1 << 20;
    private const string Toolkit = "toolkit: ";
    private const string OptionsOf = "options: ";
    private const string Capabilities = "/proc/driver/nvidia/capabilities";
    private static readonly string[] s_nodeFolders = ["", "/nvidia-caps", "/nvidia-caps-imex-channels", "/dri", "/dri/by-path"];
    private static readonly string[] s_nodes = ["nvidia", "dxg", "nvhost", "nvmap", "card", "renderD", "channel", "pci-"];

    /// <summary>Reads them now.</summary>
    /// <param name="invocation">The call, whose options count too.</param>
    /// <param name="request">What is generated.</param>
    /// <param name="paths">The files and folders that the last generation found or searched.</param>
    public static IReadOnlyList<string> Read(Invocation invocation, GenerateRequest request, IEnumerable<string> paths)
    {
        string devices = LexicalPath.Join(request.Options.DevRoot is { Length: > 0 } root ? root : request.Options.DriverRoot, "/dev");
        return [Toolkit + $"{ProductVersion.Text} {ProductVersion.Commit}".TrimEnd(), OptionsOf + Options(invocation), .. OfHost(devices, paths)];
    }

    /// <summary>Those of the host alone, without the toolkit and the options of a call.</summary>
    /// <param name="devices">The folder of the device nodes.</param>
    /// <param name="paths">The files and folders that the last generation found or searched.</param>
    /// <param name="systemRoot">Where the host's files are: <c>/</c> but in tests.</param>
    public static IReadOnlyList<string> OfHost(string devices, IEnumerable<string> paths, string systemRoot = "/")
    {
        var facts = new List<string>();
        var proc = new NvidiaProc(new HostContext().Files, systemRoot);
        facts.Add($"kernel module: {proc.Version ?? "not loaded"}");
        facts.AddRange(proc.Gpus().Select(gpu => $"GPU {gpu.BusId}: index {gpu.Index}, minor {gpu.Minor}, {gpu.Uuid}"));
        facts.AddRange(MigDevices(LexicalPath.Join(systemRoot, Capabilities)));
        facts.AddRange(s_nodeFolders.SelectMany(folder => Nodes(devices + folder, systemRoot)));
        facts.AddRange(paths.Select(path => $"{path}: {Identity(LexicalPath.Join(systemRoot, path))}"));
        return facts;
    }

    /// <summary>Those of a reading that tell of the host alone.</summary>
    public static IEnumerable<string> WithoutCall(IReadOnlyList<string> facts) =>
        facts.Where(static fact => !fact.StartsWith(Toolkit, StringComparison.Ordinal) && !fact.StartsWith(OptionsOf, StringComparison.Ordinal));

    /// <summary>The first difference between two readings, in words.</summary>
    public static string Difference(IReadOnlyList<string> before, IReadOnlyList<string> now)
    {
        if (before.Count == 0)
            return "nothing is known of an earlier one";
        string? gone = before.Except(now).FirstOrDefault(), come = now.Except(before).FirstOrDefault();
        return gone is null ? $"now {come}" : come is null ? $"no longer {gone}" : $"{gone}, now {come}";
    }

    private static string Options(Invocation invocation) => string.Join(' ', GenerateFlags.All.Where(invocation.IsGiven).Select(option => option switch
    {
        Option<string[]> list => $"{option.Name}={string.Join(',', invocation.Get(list))}",
        Option<bool> flag => $"{option.Name}={invocation.Get(flag)}",
        Option<string> text => $"{option.Name}={invocation.Get(text)}",
        _ => option.Name,
    }));

    // The module shows a file for each GPU instance and compute instance; what is in it names the device node.
    private static IEnumerable<string> MigDevices(string capabilities)
    {
        if (!Directory.Exists(capabilities))
            return [];
        return Directory.EnumerateFiles(capabilities, "access", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"MIG {file[capabilities.Length..]}: {Line(file)}");
    }

    private static string Line(string file) =>
        HostFile.TryReadAll(file, Limit, out byte[] text, out _) ? Encoding.UTF8.GetString(text).ReplaceLineEndings(" ").Trim() : "gone";

    private static IEnumerable<string> Nodes(string folder, string systemRoot)
    {
        if (!HostDirectory.TryNames(LexicalPath.Join(systemRoot, folder), out IReadOnlyList<string> names, out _))
            yield break;
        foreach (string name in names.Where(static name => s_nodes.Any(start => name.StartsWith(start, StringComparison.Ordinal))))
        {
            if (HostFile.TryStatus(LexicalPath.Join(systemRoot, folder, name), followLinks: false, out FileStatus status) && status.Kind != FileKind.Directory)
                yield return string.Create(CultureInfo.InvariantCulture, $"node {folder}/{name}: {status.Kind} {status.Major}:{status.Minor}");
        }
    }

    // A file that is replaced gets another inode, one that is written another time; of a folder the time tells that names have changed.
    private static string Identity(string path) => HostFile.TryStatus(path, followLinks: true, out FileStatus status)
        ? string.Create(CultureInfo.InvariantCulture, $"{status.Device}:{status.Inode} {status.Size} {status.ModifiedNanoseconds}")
        : "missing";
}
