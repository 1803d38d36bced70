namespace GpuContainers.Linux.Processes;

/// <summary>How a child process ended.</summary>
/// <param name="ExitStatus">Its exit status; -1 when a signal ended it.</param>
/// <param name="Signal">The signal that ended it; 0 when it exited by itself.</param>
/// <param name="TimedOut">Whether it was killed because its time was over.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
public sealed record ChildResult(int ExitStatus, int Signal, bool TimedOut, byte[] Output, byte[] Errors);
