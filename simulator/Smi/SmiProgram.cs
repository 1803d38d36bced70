using System.Globalization;
using System.Text;
using GpuContainers.Simulator.Nvml;

namespace GpuContainers.Simulator.Smi;

/// <summary>
/// nvidia-smi of the simulated driver: this program once more, with the answers of the driver's library behind its end, so that it runs in every container and
/// tells of the GPUs whose nodes that has.
/// </summary>
internal static class SmiProgram
{
    /// <summary>The name under which this program is nvidia-smi.</summary>
    internal const string Name = "nvidia-smi";

    private const int WrongUse = 2, NoDevice = 6, NotReady = 9, NoLibrary = 12;

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="answers">What the driver's library knows.</param>
    /// <param name="output">Takes the lists.</param>
    /// <returns>The exit status.</returns>
    internal static int Run(ReadOnlySpan<string> arguments, Answers answers, TextWriter output)
    {
        if (Failure(answers) is { } failure)
        {
            output.Write(failure + "\n");
            return answers.Behaviour == "Missing" ? NoLibrary : NotReady;
        }
        string[] rest = arguments.ToArray();
        IReadOnlyList<Gpu> gpus = Chosen(answers, ref rest);
        if (gpus.Count == 0)
        {
            output.Write("No devices were found\n");
            return NoDevice;
        }
        switch (rest)
        {
            case []:
                output.Write(SmiTable.Text(answers, gpus));
                return 0;
            case ["-L" or "--list-gpus"]:
                output.Write(List(answers, gpus));
                return 0;
            case [{ } query, { } format] when SmiQuery.IsQuery(query, format):
                return SmiQuery.Write(answers, gpus, query, format, output) ? 0 : WrongUse;
            default:
                output.Write($"nvidia-smi of a simulated host does not know: {string.Join(' ', rest)}\n"
                    + "It knows: nvidia-smi [-i INDEX|UUID] [-L | --query-gpu=NAME,... --format=csv[,noheader][,nounits]]\n");
                return WrongUse;
        }
    }

    /// <summary>The place of a GPU among those that can be seen.</summary>
    internal static int IndexOf(Answers answers, Gpu gpu) => answers.Gpus.ToList().IndexOf(gpu);

    // Names as the driver's profiles have them: "1g.18gb".
    private static string List(Answers answers, IReadOnlyList<Gpu> gpus)
    {
        var text = new StringBuilder();
        foreach (Gpu gpu in gpus)
        {
            text.Append(CultureInfo.InvariantCulture, $"GPU {IndexOf(answers, gpu)}: {gpu.Model} (UUID: {gpu.Uuid})\n");
            foreach (MigDevice mig in gpu.Mig)
                text.Append(CultureInfo.InvariantCulture, $"  MIG {$"{mig.Slices}g.{mig.MemoryGb}gb",-12} Device  {mig.Index}: (UUID: {mig.Uuid})\n");
        }
        return text.ToString();
    }

    // "-i" comes first, if at all, and names GPUs by index, UUID or PCI address.
    private static IReadOnlyList<Gpu> Chosen(Answers answers, ref string[] arguments)
    {
        string[] names;
        switch (arguments)
        {
            case ["-i" or "--id", { } chosen, .. string[] others]:
                (names, arguments) = (chosen.Split(','), others);
                break;
            case [{ } joined, .. string[] others] when joined.StartsWith("--id=", StringComparison.Ordinal):
                (names, arguments) = (joined["--id=".Length..].Split(','), others);
                break;
            default:
                return answers.Gpus;
        }
        return
        [
            .. answers.Gpus.Where((gpu, index) =>
                names.Contains(index.ToString(CultureInfo.InvariantCulture)) || names.Contains(gpu.Uuid) || names.Contains(gpu.BusId)),
        ];
    }

    private static string? Failure(Answers answers) => answers.Behaviour switch
    {
        "Missing" => "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.",
        "Mismatch" => "Failed to initialize NVML: Driver/library version mismatch",
        "NotLoaded" => "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
        "Fails" or "Hangs" or "Crashes" => "Failed to initialize NVML: Unknown Error",
        _ => null,
    };
}
