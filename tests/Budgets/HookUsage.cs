namespace GpuContainers.Budgets.Tests;

/// <summary>What one run of a hook took.</summary>
/// <param name="Milliseconds">Wall time, from before the start of the process to its end.</param>
/// <param name="PeakMegabytes">The most memory it held, in MiB.</param>
/// <param name="Threads">The most threads it had at a time.</param>
internal sealed record HookUsage(double Milliseconds, double PeakMegabytes, int Threads);
