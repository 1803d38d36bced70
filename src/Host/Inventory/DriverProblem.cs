namespace GpuContainers.Host.Inventory;

/// <summary>Why there is no driver to work with.</summary>
/// <param name="Text">In the words of a failing NVML start.</param>
/// <param name="Cure">What to do about it.</param>
public sealed record DriverProblem(string Text, string Cure);
