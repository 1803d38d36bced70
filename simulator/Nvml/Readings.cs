using System.Globalization;

namespace GpuContainers.Simulator.Nvml;

/// <summary>
/// What a GPU says to whoever watches it: one "name value" a line, as the description has them, and over these the lines of a file that a script may change at
/// any time.
/// </summary>
internal sealed class Readings
{
    /// <summary>The folder of the scripted values: one file a GPU, by its UUID.</summary>
    internal const string Folder = "/run/gpu-host-simulator/readings";

    private readonly Dictionary<string, ulong> _values = new(StringComparer.Ordinal);
    private List<GpuProcess> _processes = [];

    /// <summary>Degrees Celsius.</summary>
    internal uint Temperature => (uint)Value("temperature");

    /// <summary>How busy the GPU is, in percent.</summary>
    internal uint Utilization => (uint)Value("utilization");

    /// <summary>How busy its memory is, in percent.</summary>
    internal uint MemoryUtilization => (uint)Value("memoryUtilization");

    /// <summary>What it draws, in watts.</summary>
    internal uint Power => (uint)Value("power");

    /// <summary>What it may draw, in watts.</summary>
    internal uint PowerLimit => (uint)Value("powerLimit");

    /// <summary>The clock of its processors, in MHz.</summary>
    internal uint SmClock => (uint)Value("smClock");

    /// <summary>The clock of its memory, in MHz.</summary>
    internal uint MemoryClock => (uint)Value("memoryClock");

    /// <summary>The programs that use it.</summary>
    internal IReadOnlyList<GpuProcess> Processes => _processes;

    /// <summary>The memory in use, in MiB: that of the programs, and what the description or the script names besides.</summary>
    internal ulong MemoryUsedMiB
    {
        get
        {
            ulong used = Value("memoryUsedMiB");
            foreach (GpuProcess process in _processes)
                used += process.MemoryMiB;
            return used;
        }
    }

    /// <summary>The values of the description with those of the script over them, as they are now.</summary>
    /// <param name="gpu">The GPU.</param>
    internal static Readings Of(Gpu gpu)
    {
        var readings = new Readings();
        readings.Take(gpu.Readings);
        string script = $"{Folder}/{gpu.Uuid}";
        if (File.Exists(script))
        {
            string[] lines = File.ReadAllLines(script);
            // A script that names processes names all of them.
            if (lines.Any(static line => line.StartsWith("process ", StringComparison.Ordinal)))
                readings._processes = [];
            readings.Take(lines);
        }
        return readings;
    }

    private ulong Value(string name) => _values.TryGetValue(name, out ulong value) ? value : 0;

    // A line that is half written, or not a reading at all, says nothing.
    private void Take(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["process", string pid, string memory, .. string[] name] when TryNumber(pid, out ulong process) && TryNumber(memory, out ulong used):
                    _processes.Add(new GpuProcess((uint)process, used, string.Join(' ', name)));
                    break;
                case [string name, string value] when TryNumber(value, out ulong number):
                    _values[name] = number;
                    break;
                default:
                    break;
            }
        }
    }

    private static bool TryNumber(string text, out ulong number) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>A program that uses a GPU.</summary>
internal sealed record GpuProcess(uint Pid, ulong MemoryMiB, string Name);
