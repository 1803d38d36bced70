namespace GpuContainers.Repository.Tests;

/// <summary>What one run of a hook took.</summary>
/// <param name="PeakMegabytes">The most memory it held, in MiB.</param>
/// <param name="Threads">The most threads it had at a time.</param>
internal sealed record HookUsage(double PeakMegabytes, int Threads);
