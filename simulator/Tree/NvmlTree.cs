using System.Globalization;
using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Simulator.Description;

namespace GpuContainers.Simulator.Tree;

/// <summary>libnvidia-ml.so.1: the library of simulator/Nvml with its answers appended, so that it answers in containers too.</summary>
internal static class NvmlTree
{
    /// <summary>Stands at the very end of the file, after the answers and their length (8 digits).</summary>
    internal const string Mark = "gpu-host-simulator";

    // What the library of an old driver lacks.
    private static readonly string[] s_older =
        ["nvmlDeviceGetMigMode", "nvmlDeviceGetAddressingMode", "nvmlDeviceGetPciInfo_v3", "nvmlInit_v2", "nvmlErrorString"];

    internal static void Add(HostTree tree, HostDescription description, IReadOnlyList<SimulatedGpu> gpus, byte[] library, string at)
    {
        DriverDescription driver = description.Driver!;
        string file = $"libnvidia-ml.so.{driver.Version}";
        byte[] itself = WithoutNames(library, [.. driver.Nvml == NvmlBehaviour.Old ? s_older : [], .. MissingBefore(driver.Version)]);
        tree.File(DriverLayout.Library(driver, file), WithAnswers(itself, Answers(driver, gpus, at)), FileModes.PublicFolder);
        tree.Link(DriverLayout.Library(driver, "libnvidia-ml.so.1"), file);
        tree.Link(DriverLayout.Library(driver, "libnvidia-ml.so"), "libnvidia-ml.so.1");
    }

    /// <summary>What a library of that version has not.</summary>
    internal static IReadOnlyList<string> MissingBefore(string version)
    {
        const int FirstWithMemoryLimits = 615;
        bool hasLimits = int.TryParse(version.Split('.')[0], CultureInfo.InvariantCulture, out int branch) && branch >= FirstWithMemoryLimits;
        return hasLimits ? [] : ["nvmlDeviceSetMemoryLimits_v1"];
    }

    // The names are blotted out where the dynamic loader compares them: who looks for one does not find it.
    internal static byte[] WithoutNames(byte[] library, IReadOnlyList<string> names)
    {
        if (library.Length == 0)
            return library;
        byte[] copy = [.. library];
        foreach (string name in names)
        {
            byte[] text = [0, .. Encoding.ASCII.GetBytes(name), 0];
            int at = copy.AsSpan().IndexOf(text);
            if (at < 0)
                throw new ToolkitException($"the simulated libnvidia-ml.so.1 has no {name}; build it again: make simulator");
            copy[at + 1] = (byte)'-';
        }
        return copy;
    }

    /// <summary>What follows the end of an ELF file is nobody's business but its owner's.</summary>
    internal static byte[] WithAnswers(byte[] library, string answers)
    {
        byte[] text = Encoding.UTF8.GetBytes(answers);
        byte[] tail = Encoding.ASCII.GetBytes(text.Length.ToString("D8", CultureInfo.InvariantCulture) + Mark);
        return [.. library, .. text, .. tail];
    }

    /// <summary>One fact a line, words separated by a tab; read by simulator/Nvml/Answers.cs.</summary>
    internal static string Answers(DriverDescription driver, IReadOnlyList<SimulatedGpu> gpus, string at)
    {
        var text = new StringBuilder();
        void Line(params ReadOnlySpan<object?> words)
        {
            for (int i = 0; i < words.Length; i++)
                text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : "\t")}{words[i]}");
            text.Append('\n');
        }
        string[] cuda = driver.Cuda.Split('.');
        string module = driver.KernelModule ?? driver.Version;
        string behaviour = driver.Nvml == NvmlBehaviour.Works && module != driver.Version ? (module.Length == 0 ? "NotLoaded" : "Mismatch")
            : driver.Nvml.ToString();
        Line("driver", driver.Version, int.Parse(cuda[0], CultureInfo.InvariantCulture) * 1000 + int.Parse(cuda[1], CultureInfo.InvariantCulture) * 10,
            behaviour);
        Line("nodes", LexicalPath.Join(at, driver.NodesInRoot ? driver.Root : "/", "dev"));
        foreach (SimulatedGpu gpu in gpus.Where(static g => !g.Source.Excluded))
        {
            GpuDescription s = gpu.Source;
            string addressing = s.Coherent switch { null => "unknown", true => "ats", false => "none" };
            Line("gpu", gpu.Minor, gpu.Uuid, gpu.BusId, s.MemoryMiB, addressing, s.MigCapable ? 1 : 0, gpu.Mig is null ? 0 : 1, s.ComputeCapability, s.Model);
            foreach (string reading in Readings(s.Readings))
                Line("reading", reading);
            foreach (SimulatedMigDevice mig in gpu.Mig ?? [])
            {
                MigProfile p = mig.Profile;
                Line("mig", mig.Index, mig.Uuid, mig.GpuInstance, mig.ComputeInstance, p.Slices, p.MemoryGb, p.Number, p.Id, p.ComputeNumber);
            }
        }
        return text.ToString();
    }

    // Read by simulator/Nvml/Readings.cs.
    private static List<string> Readings(ReadingsDescription r) =>
    [
        $"temperature {r.Temperature}", $"utilization {r.Utilization}", $"memoryUtilization {r.MemoryUtilization}", $"memoryUsedMiB {r.MemoryUsedMiB}",
        $"power {r.Power}", $"powerLimit {r.PowerLimit}", $"smClock {r.SmClock}", $"memoryClock {r.MemoryClock}",
        .. r.Processes.Select(static process => $"process {process.Pid} {process.MemoryMiB} {process.Name}"),
    ];
}
