using GpuContainers.Host.Gpus;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Host;

/// <summary>The machine that a run looks at. Several generations of one run share it, so that nothing is read twice.</summary>
public sealed class HostContext
{
    /// <summary>The machine's files.</summary>
    public FileTree Files { get; init; } = new();

    /// <summary>Where the machine's own <c>proc</c> and <c>sys</c> are: <c>/</c> but in tests.</summary>
    public string SystemRoot { get; init; } = "/";

    /// <summary>What the kernel module tells.</summary>
    public NvidiaProc Proc => field ??= new NvidiaProc(Files, SystemRoot);

    /// <summary>The child that asks the vendor's libraries.</summary>
    public InventoryChild Child { get; init; } = new();

    /// <summary>The text of PATH, which takes part in the search for programs.</summary>
    public string? ProgramPath { get; init; }

    /// <summary>The text of XDG_DATA_DIRS, which takes part in the search for configuration files.</summary>
    public string? DataDirectories { get; init; }

    /// <summary>The text of LD_LIBRARY_PATH, which takes part in the search for the library of WSL.</summary>
    public string? LoaderPath { get; init; }

    /// <summary>The text of LD_PRELOAD, which takes part in the search for the library of WSL.</summary>
    public string? Preload { get; init; }

    /// <summary>The same machine, of which nothing was read yet.</summary>
    public HostContext Afresh() => new()
    {
        SystemRoot = SystemRoot,
        Child = Child,
        ProgramPath = ProgramPath,
        DataDirectories = DataDirectories,
        LoaderPath = LoaderPath,
        Preload = Preload,
    };

    /// <summary>The machine and the environment of this process.</summary>
    public static HostContext OfThisProcess() => new()
    {
        ProgramPath = Environment.GetEnvironmentVariable("PATH"),
        DataDirectories = Environment.GetEnvironmentVariable("XDG_DATA_DIRS"),
        LoaderPath = Environment.GetEnvironmentVariable("LD_LIBRARY_PATH"),
        Preload = Environment.GetEnvironmentVariable("LD_PRELOAD"),
    };
}

/// <summary>Something on the host is missing or not as it must be.</summary>
/// <param name="reason">The kind of failure.</param>
/// <param name="message">What, where, and what to do about it.</param>
public sealed class HostException(HostFailure reason, string message) : ToolkitException(message)
{
    /// <summary>Files or devices are not there, or not as they must be.</summary>
    public HostException(string message)
        : this(HostFailure.Files, message)
    {
    }

    /// <summary>The kind of failure.</summary>
    public HostFailure Reason => reason;

    /// <summary>Whether a child that asked the vendor's library did not answer in time.</summary>
    public bool TimedOut { get; init; }

    /// <summary>The signal that ended a child that asked the vendor's library; 0 when none did.</summary>
    public int Signal { get; init; }
}

/// <summary>What is wrong with the host.</summary>
public enum HostFailure
{
    /// <summary>Files or devices are missing, or not as they must be.</summary>
    Files,

    /// <summary>No usable driver: not loaded, no library, or kernel module and libraries of different versions.</summary>
    DriverUnavailable,

    /// <summary>The child that asks the driver's own library failed, crashed or did not answer in time.</summary>
    Inventory,
}
