using GpuContainers.Host.Gpus;
using GpuContainers.Runtime.ContainerCli.Driver;

namespace GpuContainers.Runtime.ContainerCli.Selection;

/// <summary>The devices that a request names.</summary>
internal sealed class DeviceSelection
{
    private readonly DriverHost _host;
    private readonly List<Gpu> _gpus = [];
    private readonly List<SelectedMig> _migs = [];

    private DeviceSelection(DriverHost host) => _host = host;

    /// <summary>The GPUs, those of MIG devices included, each once, in the order of the request.</summary>
    internal IReadOnlyList<Gpu> Gpus => _gpus;

    /// <summary>The MIG devices, likewise.</summary>
    internal IReadOnlyList<SelectedMig> Migs => _migs;

    /// <summary>Whether a MIG device was named, not only meant by "all".</summary>
    internal bool NamesMig { get; private set; }

    /// <summary>Reads a list of devices; null and the empty list select nothing.</summary>
    /// <exception cref="CliException">A word names no device.</exception>
    internal static DeviceSelection Select(DriverHost host, string? devices)
    {
        var selection = new DeviceSelection(host);
        foreach (string word in (devices ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            // On a host without GPU nobody can know which words are right (CL-66).
            if (host.Gpus.Count == 0)
                break;
            // The word ends the list (CL-67).
            if (word.Equals("all", StringComparison.OrdinalIgnoreCase))
            {
                selection.AddAll();
                break;
            }
            selection.Add(word);
        }
        return selection;
    }

    // The library is asked only where a GPU is cut up: it takes seconds to answer where the driver is not kept awake.
    private void AddAll()
    {
        bool isCut = false;
        foreach (Gpu gpu in _host.Gpus)
            isCut |= gpu.IsMigEnabled;
        foreach (Gpu gpu in isCut ? _host.ReportedGpus : _host.Gpus)
        {
            Add(gpu);
            foreach (MigDevice mig in gpu.MigDevices)
                Add(new SelectedMig(gpu, mig));
        }
    }

    private void Add(string word)
    {
        // What procfs does not show (yet) may be known to the library.
        if ((FindGpu(word, _host.Gpus) ?? (FindMig(word) is null ? FindGpu(word, _host.ReportedGpus) : null)) is { } gpu)
        {
            Add(gpu);
        }
        else if (FindMig(word) is { } mig)
        {
            NamesMig = true;
            Add(mig.Gpu);
            Add(mig);
        }
        else
        {
            throw new CliException(
                CliError.Device, $"{ShownValues.One(word)}: unknown device",
                "nvidia-smi -L lists the GPUs and MIG devices of this host; a device is named by index or UUID");
        }
    }

    private void Add(Gpu gpu)
    {
        if (!_gpus.Exists(known => known.Index == gpu.Index))
            _gpus.Add(gpu);
    }

    private void Add(SelectedMig mig)
    {
        if (!_migs.Exists(known => known.Device.Uuid == mig.Device.Uuid))
            _migs.Add(mig);
    }

    // By UUID, PCI address or index, in this order (CL-68).
    private static Gpu? FindGpu(string word, IReadOnlyList<Gpu> gpus)
    {
        foreach (Gpu gpu in gpus)
        {
            bool matches = word.StartsWith("GPU-", StringComparison.OrdinalIgnoreCase)
                ? word.Equals(gpu.Uuid, StringComparison.OrdinalIgnoreCase)
                : IsAddressOf(word, gpu.BusId ?? "") || (NumberText.TryDecimal(word, out int index) && index == gpu.Index);
            if (matches)
                return gpu;
        }
        return null;
    }

    // Only words of such a form are worth a question to the library (CL-69).
    private SelectedMig? FindMig(string word)
    {
        int colon = word.IndexOf(':');
        int index = 0, place = 0;
        bool isPlace = colon > 0 && NumberText.TryDecimal(word.AsSpan(0, colon), out index) && NumberText.TryDecimal(word.AsSpan(colon + 1), out place);
        if (!isPlace && !word.StartsWith("MIG-", StringComparison.OrdinalIgnoreCase))
            return null;
        foreach (Gpu gpu in _host.ReportedGpus)
        {
            foreach (MigDevice mig in gpu.MigDevices)
            {
                if (isPlace ? gpu.Index == index && mig.Index == place : word.Equals(mig.Uuid, StringComparison.OrdinalIgnoreCase))
                    return new SelectedMig(gpu, mig);
            }
        }
        return null;
    }

    // Domain, bus and device in hex, leading zeros optional; function 0; nothing behind it.
    private static bool IsAddressOf(string word, string address)
    {
        Span<uint> wanted = stackalloc uint[3];
        Span<uint> actual = stackalloc uint[3];
        return TryAddress(word, wanted) && TryAddress(address, actual) && wanted.SequenceEqual(actual);
    }

    private static bool TryAddress(ReadOnlySpan<char> text, Span<uint> numbers)
    {
        if (!text.EndsWith(".0"))
            return false;
        text = text[..^2];
        for (int i = 0; i < 3; i++)
        {
            int end = i < 2 ? text.IndexOf(':') : text.Length;
            if (end <= 0 || !NumberText.TryHex(text[..end], out numbers[i]))
                return false;
            text = i < 2 ? text[(end + 1)..] : default;
        }
        return true;
    }
}

/// <summary>A MIG device and the GPU it is on.</summary>
internal sealed record SelectedMig(Gpu Gpu, MigDevice Device)
{
    /// <summary>The capability file of its GPU instance.</summary>
    internal string GpuInstanceAccess => $"/proc/driver/nvidia/capabilities/gpu{Gpu.Minor}/mig/gi{Device.GpuInstance}/access";

    /// <summary>The capability file of its compute instance.</summary>
    internal string ComputeInstanceAccess => $"/proc/driver/nvidia/capabilities/gpu{Gpu.Minor}/mig/gi{Device.GpuInstance}/ci{Device.ComputeInstance}/access";
}

/// <summary>Numbers in requests: digits and nothing else (CL-68).</summary>
internal static class NumberText
{
    internal static bool TryDecimal(ReadOnlySpan<char> text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    internal static bool TryHex(ReadOnlySpan<char> text, out uint number) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}

/// <summary>Requests for IMEX channels (CL-71).</summary>
internal static class ImexChannels
{
    private const int Count = 1 << 20;

    /// <summary>The numbers in a request.</summary>
    /// <exception cref="CliException">A word is not the number of a channel.</exception>
    internal static IReadOnlyList<int> Parse(string words)
    {
        var channels = new List<int>();
        foreach (string word in words.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!NumberText.TryDecimal(word, out int channel) || channel >= Count)
                throw new CliException(CliError.ImexInfo, $"unsupported IMEX channel value: {word}", $"channels are numbers below {Count}");
            if (!channels.Contains(channel))
                channels.Add(channel);
        }
        return channels;
    }

    /// <summary>The node of a channel.</summary>
    internal static string NodeOf(int channel) => $"/dev/nvidia-caps-imex-channels/channel{channel}";
}
