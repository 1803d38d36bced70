namespace GpuContainers.Configuration.Model;

/// <summary><c>[nvidia-container-runtime]</c>.</summary>
public sealed record RuntimeConfig
{
    /// <summary><c>debug</c>: the log file; empty or /dev/null means none.</summary>
    public string Debug { get; init; } = "/dev/null";

    /// <summary><c>log-level</c>, as written.</summary>
    public string LogLevel { get; init; } = "info";

    /// <summary><c>runtimes</c>: candidates for the low-level runtime, names or paths.</summary>
    public IReadOnlyList<string> Runtimes { get; init; } = ["runc", "crun"];

    /// <summary><c>mode</c>, as written: auto, cdi, jit-cdi, csv or legacy if it is valid.</summary>
    public string Mode { get; init; } = "auto";

    /// <summary><c>[nvidia-container-runtime.modes]</c>.</summary>
    public RuntimeModesConfig Modes { get; init; } = new();
}
