using System.Buffers;
using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Host.Files;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Host.Gpus;

/// <summary>What the NVIDIA kernel module tells in <c>/proc/driver/nvidia</c>. No device is opened for it.</summary>
public sealed class NvidiaProc
{
    private static readonly SearchValues<byte> s_versionBytes = SearchValues.Create("0123456789."u8);
    private readonly FileTree _files;
    private readonly string _folder;
    private List<string>? _addresses;
    private readonly Dictionary<string, GpuInformation?> _read = [];
    private (bool Read, string? Value) _version;

    /// <summary>Reads below a system root: <c>/</c> but in tests.</summary>
    public NvidiaProc(FileTree files, string systemRoot = "/")
    {
        _files = files;
        _folder = LexicalPath.Join(systemRoot, "/proc/driver/nvidia");
    }

    /// <summary>The version of the loaded kernel module, such as 575.57.08; null when none is loaded.</summary>
    public string? Version => _version.Read ? _version.Value : (_version = (true, ReadVersion())).Value;

    /// <summary>Whether the module lists GPUs at all; on a Tegra chip it may not, while the driver's library does.</summary>
    public bool ListsGpus => _files.IsDirectory(_folder + "/gpus");

    /// <summary>
    /// The GPUs in the order of their PCI addresses, excluded ones left out, so that the position is NVML's index. Each file is read when its turn comes.
    /// </summary>
    public IEnumerable<Gpu> Gpus()
    {
        int index = 0;
        foreach (string address in _addresses ??= Addresses())
        {
            if (Information(address) is not { IsExcluded: false } found)
                continue;
            string bus = found.BusLocation.Length > 0 ? found.BusLocation : address;
            yield return new Gpu(index++, found.Model, found.KnownUuid, found.DeviceMinor, bus.ToLowerInvariant(), IsCut(found), null, []);
        }
    }

    /// <summary>
    /// The version in the text of <c>/proc/driver/nvidia/version</c>: the first word after the colon that is numbers and dots; null when there is none.
    /// </summary>
    public static string? ParseVersion(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
        foreach (Range range in line.Split((byte)' '))
        {
            ReadOnlySpan<byte> word = line[range];
            if (word.Contains((byte)'.') && word.IndexOfAnyExcept(s_versionBytes) < 0 && char.IsAsciiDigit((char)word[0]))
                return Encoding.UTF8.GetString(word);
        }
        return null;
    }

    private string? ReadVersion() =>
        HostFile.TryReadAll(_folder + "/version", GpuInformation.MaximumSize, out byte[] text, out _) ? ParseVersion(text) : null;

    private List<string> Addresses()
    {
        DirectoryListing listing = _files.List(_folder + "/gpus");
        var addresses = new List<string>(listing.Count);
        for (int i = 0; i < listing.Count; i++)
            addresses.Add(listing.Text(i));
        addresses.Sort(PciAddress.Compare);
        return addresses;
    }

    private GpuInformation? Information(string address)
    {
        if (_read.TryGetValue(address, out GpuInformation? known))
            return known;
        if (HostFile.TryReadAll($"{_folder}/gpus/{address}/information", GpuInformation.MaximumSize, out byte[] text, out Errno error))
            return _read[address] = GpuInformation.Parse(text);
        Log.Warning($"ignoring GPU {address}: cannot read {_folder}/gpus/{address}/information: {error.Describe()}");
        return _read[address] = null;
    }

    // The module lists the GPU instances of a GPU that is cut up. One in MIG mode without an instance looks like a whole one here.
    private bool IsCut(GpuInformation gpu)
    {
        if (gpu.DeviceMinor is not { } minor)
            return false;
        DirectoryListing listing = _files.List($"{_folder}/capabilities/gpu{minor}/mig");
        for (int i = 0; i < listing.Count; i++)
        {
            if (listing.Name(i).StartsWith("gi"u8))
                return true;
        }
        return false;
    }
}
