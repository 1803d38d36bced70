using System.Text;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Host.Inventory;

/// <summary>
/// Asks the vendor's libraries by way of a child process, <c>nvidia-ctk-cli gpu-inventory</c>: whatever such a library does to its process, a crash and a
/// hang included, becomes one error here.
/// </summary>
public sealed class InventoryChild
{
    /// <summary>How long the driver may take; a cold start of a machine full of GPUs takes seconds.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    private const int ComplaintLimit = 2000;
    private readonly string _program;
    private readonly TimeSpan _limit;

    /// <summary>The child of this installation: the tools program beside the running program's real path.</summary>
    public InventoryChild()
        : this(LexicalPath.Join(LexicalPath.Parent(HostFile.ReadLink("/proc/self/exe") ?? "/usr/bin/."), "nvidia-ctk-cli"), DefaultLimit)
    {
    }

    /// <summary>A certain program, with a certain limit of time.</summary>
    public InventoryChild(string program, TimeSpan limit)
    {
        _program = program;
        _limit = limit;
    }

    /// <summary>Asks.</summary>
    /// <param name="questions">What to find out.</param>
    /// <param name="nvmlLibrary">The path of the NVML library; empty for what the system's loader finds.</param>
    /// <exception cref="HostException">The child could not be started, failed, crashed, or was not done in time.</exception>
    public InventoryReport Ask(InventoryQuestions questions, string nvmlLibrary = "")
    {
        ChildResult result = Run(questions, nvmlLibrary);
        string said = Complaints(result.Errors);
        string what = questions == InventoryQuestions.DriverStores ? "dxcore (libdxcore.so)"
            : questions == InventoryQuestions.Cuda ? "the CUDA library (libcuda.so.1)"
            : $"the NVIDIA management library ({(nvmlLibrary.Length == 0 ? "libnvidia-ml.so.1" : nvmlLibrary)})";
        if (result.TimedOut)
            throw Failure(
                $"{what} did not answer within {_limit.TotalSeconds:0} seconds; check the kernel log for messages of the driver (dmesg, NVRM) and whether " +
                $"nvidia-smi answers{said}");
        if (result.Signal != 0)
            throw Failure(
                $"{what} crashed when it was asked (signal {result.Signal}); check that the driver is installed completely and that nvidia-smi works{said}");
        if (result.ExitStatus != 0)
            throw Failure($"{_program} gpu-inventory failed with status {result.ExitStatus}{said}");
        return InventoryReportJson.Read(result.Output);
    }

    private ChildResult Run(InventoryQuestions questions, string nvmlLibrary)
    {
        List<string> arguments = ["nvidia-ctk-cli", "gpu-inventory"];
        if (questions.HasFlag(InventoryQuestions.Nvml))
            arguments.AddRange(["--nvml", "--library=" + nvmlLibrary]);
        if (questions.HasFlag(InventoryQuestions.DriverStores))
            arguments.Add("--dxcore");
        if (questions.HasFlag(InventoryQuestions.Cuda))
            arguments.Add("--cuda");
        try
        {
            return ChildProcess.Run(_program, arguments, null, _limit);
        }
        catch (LinuxException missing)
        {
            throw Failure($"cannot ask the NVIDIA driver library: {missing.Message}; reinstall the toolkit so that nvidia-ctk-cli lies beside the runtime");
        }
    }

    private static string Complaints(byte[] errors)
    {
        string text = Encoding.UTF8.GetString(errors.AsSpan(0, Math.Min(errors.Length, ComplaintLimit))).Trim();
        return text.Length == 0 ? "" : $"; it said: {text}";
    }

    private static HostException Failure(string message) => new(HostFailure.Inventory, message);
}
