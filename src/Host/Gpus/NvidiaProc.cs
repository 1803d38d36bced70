using System.Buffers;

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
            bool? isCut = IsCut(found);
            yield return new Gpu(index++, found.Model, found.KnownUuid, found.DeviceMinor, bus.ToLowerInvariant(), isCut == true, null, [])
            {
                HasNoInstance = isCut == false,
            };
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

    // The module lists the GPU instances of a GPU that is cut up. One in MIG mode without an instance looks like a whole one that could be cut (RT-275);
    // null for a GPU that cannot be.
    private bool? IsCut(GpuInformation gpu)
    {
        if (gpu.DeviceMinor is not { } minor || _files.List($"{_folder}/capabilities").IndexOf($"gpu{minor}") < 0)
            return null;
        DirectoryListing listing = _files.List($"{_folder}/capabilities/gpu{minor}/mig");
        for (int i = 0; i < listing.Count; i++)
        {
            if (listing.Name(i).StartsWith("gi"u8))
                return true;
        }
        return false;
    }
}

/// <summary>The fields that are used of one <c>/proc/driver/nvidia/gpus/ADDRESS/information</c>.</summary>
/// <param name="Model">The product name; empty when the file has none.</param>
/// <param name="Uuid">The UUID as it stands there; while the driver does not know it yet, question marks.</param>
/// <param name="BusLocation">The PCI address.</param>
/// <param name="Minor">The text of the device minor.</param>
/// <param name="IsExcluded">Whether the driver was told to leave this GPU alone; NVML then does not see it.</param>
public sealed record GpuInformation(string Model, string Uuid, string BusLocation, string Minor, bool IsExcluded)
{
    /// <summary>The most bytes such a file may have; the driver writes a few hundred.</summary>
    public const int MaximumSize = 1 << 16;

    /// <summary>The device minor as a number; null when it is none.</summary>
    public int? DeviceMinor => int.TryParse(Minor, NumberStyles.None, CultureInfo.InvariantCulture, out int minor) ? minor : null;

    /// <summary>The UUID; null while the driver does not know it.</summary>
    public string? KnownUuid => Uuid.Length == 0 || Uuid.Contains('?') ? null : Uuid;

    /// <summary>
    /// Reads the text of the file; what is missing is empty. Each line is split at its first colon, the left part taken as it is, the right one trimmed.
    /// </summary>
    public static GpuInformation Parse(ReadOnlySpan<byte> text)
    {
        string model = "", uuid = "", bus = "", minor = "";
        bool excluded = false;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
                continue;
            ReadOnlySpan<byte> field = line[..colon];
            ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t\r\0"u8);
            if (field.SequenceEqual("Model"u8))
                model = Encoding.UTF8.GetString(value);
            else if (field.SequenceEqual("GPU UUID"u8))
                uuid = Encoding.UTF8.GetString(value);
            else if (field.SequenceEqual("Bus Location"u8))
                bus = Encoding.UTF8.GetString(value);
            else if (field.SequenceEqual("Device Minor"u8))
                minor = Encoding.UTF8.GetString(value);
            else if (field.SequenceEqual("GPU Excluded"u8))
                excluded = value.SequenceEqual("Yes"u8);
        }
        return new GpuInformation(model, uuid, bus, minor, excluded);
    }
}

/// <summary>One GPU, as far as its source knows it: procfs, or the driver's own library.</summary>
/// <param name="Index">Its place in the order of PCI addresses, as NVML counts.</param>
/// <param name="Name">The product name, such as "NVIDIA H200".</param>
/// <param name="Uuid">"GPU-…"; null when the source does not tell it, or not yet.</param>
/// <param name="Minor">The number in <c>/dev/nvidiaN</c>; null when unknown.</param>
/// <param name="BusId">The PCI address in the kernel's form, such as 0000:3b:00.0; null when the device has none or it is unknown.</param>
/// <param name="IsMigEnabled">Whether it is cut into MIG devices.</param>
/// <param name="IsCoherent">Whether it shares addresses with the processor; null when unknown.</param>
/// <param name="MigDevices">Its MIG devices; empty from procfs.</param>
public sealed record Gpu(
    int Index, string Name, string? Uuid, int? Minor, string? BusId, bool IsMigEnabled, bool? IsCoherent, IReadOnlyList<MigDevice> MigDevices)
{
    /// <summary>
    /// Whether it could be in MIG mode and shows no instance: only the driver's library then knows its mode. With <see cref="IsMigEnabled"/> it is of no use to
    /// any program.
    /// </summary>
    public bool HasNoInstance { get; init; }

    /// <summary>Whether NVML leaves it out of lists of GPUs, while it keeps its index.</summary>
    public bool IsDisplayOnly => Name is "DGX Display" or "NVIDIA DGX Display";

    /// <summary>Whether the name is that of a GPU that is part of a Tegra chip.</summary>
    public bool IsIntegrated => Name.Contains("(nvgpu)", StringComparison.Ordinal) || Name.Contains("NVIDIA Thor", StringComparison.Ordinal);
}

/// <summary>One MIG device of a GPU.</summary>
/// <param name="Index">Its place among the MIG devices of the GPU; there may be gaps.</param>
/// <param name="Uuid">"MIG-…".</param>
/// <param name="GpuInstance">The number of its GPU instance.</param>
/// <param name="ComputeInstance">The number of its compute instance within that.</param>
/// <param name="HasGraphics">Whether its profile can draw.</param>
public sealed record MigDevice(int Index, string Uuid, int GpuInstance, int ComputeInstance, bool HasGraphics);
