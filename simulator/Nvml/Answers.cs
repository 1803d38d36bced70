using System.Globalization;
using System.Text;

namespace GpuContainers.Simulator.Nvml;

/// <summary>What this copy of the library has to say; it stands behind the end of the library's own file (written by Tree/NvmlTree.cs).</summary>
internal sealed class Answers
{
    private const string Mark = "gpu-host-simulator";
    private const int LengthDigits = 8;
    private readonly List<Gpu> _gpus = [];

    internal string DriverVersion { get; private set; } = "";

    internal int CudaVersion { get; private set; }

    /// <summary>"Works", "Fails", "Hangs", "Crashes", "Mismatch" or "NotLoaded".</summary>
    internal string Behaviour { get; private set; } = "NotLoaded";

    /// <summary>The driver store of a WSL host; empty elsewhere.</summary>
    internal string DriverStore { get; private set; } = "";

    /// <summary>The GPUs whose device nodes are there, as NVML counts them: on the host all, in a container those it was given.</summary>
    internal IReadOnlyList<Gpu> Gpus => _gpus;

    /// <summary>Reads the answers of the library at that path; a library without answers knows no driver.</summary>
    internal static Answers Read(string libraryPath)
    {
        var answers = new Answers();
        using FileStream file = File.OpenRead(libraryPath);
        int tail = LengthDigits + Mark.Length;
        if (file.Length < tail)
            return answers;
        string end = ReadText(file, file.Length - tail, tail);
        if (!end.EndsWith(Mark, StringComparison.Ordinal) || !int.TryParse(end.AsSpan(0, LengthDigits), NumberStyles.None, null, out int length))
            return answers;
        string nodes = "/dev";
        foreach (string line in ReadText(file, file.Length - tail - length, length).Split('\n'))
            answers.Take(line.Split('\t'), ref nodes);
        return answers;
    }

    private static string ReadText(FileStream file, long at, int length)
    {
        byte[] bytes = new byte[length];
        file.Position = at;
        file.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private void Take(string[] words, ref string nodes)
    {
        switch (words)
        {
            case ["driver", string version, string cuda, string behaviour]:
                (DriverVersion, CudaVersion, Behaviour) = (version, (int)Number(cuda), behaviour);
                break;
            case ["nodes", string folder]:
                nodes = folder;
                break;
            case ["store", string store]:
                DriverStore = store;
                break;
            case ["gpu", string minor, string uuid, string bus, string memory, string addressing, string capable, string mig, string compute, string model]:
                bool there = File.Exists($"{nodes}/nvidia{minor}") || File.Exists($"/dev/nvidia{minor}");
                _gpus.Add(new Gpu(there, (uint)Number(minor), uuid, bus, Number(memory), addressing, capable == "1", mig == "1", compute, model));
                break;
            case ["reading", string line]:
                _gpus[^1].Readings.Add(line);
                break;
            case ["mig", string index, string uuid, string gi, string ci, string slices, string memory, string number, string id, string engines]:
                _gpus[^1].Mig.Add(new MigDevice(
                    (uint)Number(index), uuid, (uint)Number(gi), (uint)Number(ci), (uint)Number(slices), (uint)Number(memory), (uint)Number(number),
                    (uint)Number(id), (uint)Number(engines)));
                break;
            case [""]:
                // Behind the one node of WSL are all GPUs.
                if (DriverStore.Length == 0 || !File.Exists("/dev/dxg"))
                    _gpus.RemoveAll(static g => !g.IsThere);
                break;
            default:
                throw new InvalidDataException($"the answers hold an unknown line: {string.Join(' ', words)}");
        }
    }

    private static ulong Number(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>A GPU as NVML tells of it.</summary>
internal sealed record Gpu(
    bool IsThere, uint Minor, string Uuid, string BusId, ulong MemoryMiB, string Addressing, bool MigCapable, bool MigEnabled, string ComputeCapability,
    string Model)
{
    internal List<MigDevice> Mig { get; } = [];

    /// <summary>What it says to whoever watches it, as lines of <see cref="GpuContainers.Simulator.Nvml.Readings"/>.</summary>
    internal List<string> Readings { get; } = [];
}

/// <summary>A MIG device as NVML tells of it.</summary>
internal sealed record MigDevice(
    uint Index, string Uuid, uint GpuInstance, uint ComputeInstance, uint Slices, uint MemoryGb, uint ProfileNumber, uint ProfileId, uint ComputeNumber);
