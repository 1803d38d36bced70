using System.Globalization;
using System.Text;
using GpuContainers.Simulator.Nvml;

namespace GpuContainers.Simulator.Smi;

/// <summary>The table that nvidia-smi prints when it is asked for nothing else.</summary>
internal static class SmiTable
{
    private const string Rule = "+-----------------------------------------+------------------------+----------------------+\n";
    private const string WholeRule = "+-----------------------------------------------------------------------------------------+\n";
    private const int LongestModel = 29;
    private const int LongestProgram = 33;

    /// <summary>The table of these GPUs and of the programs that use them.</summary>
    internal static string Text(Answers answers, IReadOnlyList<Gpu> gpus)
    {
        string cuda = $"{answers.CudaVersion / 1000}.{answers.CudaVersion % 1000 / 10}";
        var text = new StringBuilder(DateTime.Now.ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture)).Append('\n').Append(WholeRule);
        Add(text, $"| NVIDIA-SMI {answers.DriverVersion,-22} Driver Version: {answers.DriverVersion,-14} CUDA Version: {cuda,-8} |\n");
        text.Append("|-----------------------------------------+------------------------+----------------------+\n");
        text.Append("| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |\n");
        text.Append("| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |\n");
        text.Append("|                                         |                        |               MIG M. |\n");
        text.Append("|=========================================+========================+======================|\n");
        foreach (Gpu gpu in gpus)
            AddGpu(text, SmiProgram.IndexOf(answers, gpu), gpu, Readings.Of(gpu));
        text.Append('\n');
        AddProcesses(text, answers, gpus);
        return text.ToString();
    }

    /// <summary>A PCI address with a domain of eight digits, in capitals.</summary>
    internal static string Bus(Gpu gpu)
    {
        string[] parts = gpu.BusId.Split(':');
        return $"{parts[0].PadLeft(8, '0')}:{parts[1]}:{parts[2]}".ToUpperInvariant();
    }

    private static void AddGpu(StringBuilder text, int index, Gpu gpu, Readings now)
    {
        string model = gpu.Model.Length > LongestModel ? gpu.Model[..LongestModel] : gpu.Model;
        string memory = $"{Math.Min(now.MemoryUsedMiB, gpu.MemoryMiB)}MiB / {gpu.MemoryMiB}MiB";
        string load = gpu.MigEnabled ? "N/A" : $"{now.Utilization}%";
        string mig = !gpu.MigCapable ? "N/A" : gpu.MigEnabled ? "Enabled" : "Disabled";
        Add(text, $"| {index,3}  {model,-30} On  |   {Bus(gpu),-16} Off | {0,20} |\n");
        Add(text, $"| N/A  {now.Temperature,3}C    P0           {now.Power,4}W / {now.PowerLimit,4}W | {memory,22} | {load,7} {"Default",12} |\n");
        Add(text, $"| {"",39} | {"",22} | {mig,20} |\n");
        text.Append(Rule);
    }

    private static void AddProcesses(StringBuilder text, Answers answers, IReadOnlyList<Gpu> gpus)
    {
        text.Append(WholeRule);
        text.Append("| Processes:                                                                              |\n");
        text.Append("|  GPU   GI   CI              PID   Type   Process name                        GPU Memory |\n");
        text.Append("|        ID   ID                                                               Usage      |\n");
        text.Append("|=========================================================================================|\n");
        bool isIdle = true;
        foreach (Gpu gpu in gpus)
        {
            foreach (GpuProcess process in Readings.Of(gpu).Processes)
            {
                isIdle = false;
                string name = process.Name.Length > LongestProgram ? "..." + process.Name[^(LongestProgram - 3)..] : process.Name;
                string memory = $"{process.MemoryMiB}MiB";
                Add(text, $"| {SmiProgram.IndexOf(answers, gpu),4}   N/A  N/A    {process.Pid,13}      C   {name,-33} {memory,11} |\n");
            }
        }
        if (isIdle)
            text.Append("|  No running processes found                                                             |\n");
        text.Append(WholeRule);
    }

    private static void Add(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture));
}
