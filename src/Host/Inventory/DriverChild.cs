using GpuContainers.Linux.Processes;

namespace GpuContainers.Host.Inventory;

/// <summary>
/// The tools program as a child that asks the vendor's libraries: whatever such a library does to its process, a crash and a hang included, becomes one
/// error here.
/// </summary>
public sealed class DriverChild
{
    /// <summary>
    /// How long the driver may take: without persistence a machine with eight GPUs and more needs a minute for the first question, and
    /// Kubernetes gives up after two.
    /// </summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(90);

    private const int ComplaintLimit = 2000;
    private readonly TimeSpan _limit;

    /// <summary>The one of this installation: beside the running program's real path.</summary>
    public DriverChild()
        : this(DefaultLimit)
    {
    }

    /// <summary>The one of this installation, with a certain limit of time.</summary>
    public DriverChild(TimeSpan limit)
        : this(LexicalPath.Join(LexicalPath.Parent(OwnProgram.Path ?? "/usr/bin/."), "nvidia-ctk-cli"), limit)
    {
    }

    /// <summary>A certain program, with a certain limit of time.</summary>
    public DriverChild(string path, TimeSpan limit)
    {
        Path = path;
        _limit = limit;
    }

    /// <summary>Where the program is.</summary>
    public string Path { get; }

    /// <summary>Runs a verb to its end.</summary>
    /// <param name="library">What the verb asks, for messages, such as "the NVIDIA management library (libnvidia-ml.so.1)".</param>
    /// <param name="arguments">The verb and its arguments.</param>
    /// <param name="environment">The environment as "NAME=value"; null passes on this process's own.</param>
    /// <returns>What it wrote on standard output.</returns>
    /// <exception cref="HostException">The child could not be started, failed, crashed, or was not done in time.</exception>
    public byte[] Ask(string library, IReadOnlyList<string> arguments, IReadOnlyList<string>? environment = null)
    {
        ChildResult result = Run(arguments, environment);
        string said = Complaints(result.Errors);
        if (result.TimedOut)
            throw Failure(
                $"{library} did not answer within {_limit.TotalSeconds:0} seconds; check the kernel log for messages of the driver (dmesg, NVRM) and whether " +
                $"nvidia-smi answers{said}", timedOut: true);
        if (result.Signal != 0)
            throw Failure(
                $"{library} crashed when it was asked (signal {result.Signal}); check that the driver is installed completely and that nvidia-smi works{said}",
                signal: result.Signal);
        if (result.ExitStatus != 0)
            throw Failure($"{Path} {arguments[0]} failed with status {result.ExitStatus}{said}");
        return result.Output;
    }

    private ChildResult Run(IReadOnlyList<string> arguments, IReadOnlyList<string>? environment)
    {
        try
        {
            return ChildProcess.Run(Path, ["nvidia-ctk-cli", .. arguments], environment, _limit);
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

    private static HostException Failure(string message, bool timedOut = false, int signal = 0) =>
        new(HostFailure.Inventory, message) { TimedOut = timedOut, Signal = signal };
}
