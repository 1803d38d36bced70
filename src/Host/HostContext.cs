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
