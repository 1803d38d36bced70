namespace GpuContainers.Simulator;

/// <summary>A failure that the user can do something about: what happened and what to do.</summary>
internal sealed class SimulatorException(string message) : Exception(message);
