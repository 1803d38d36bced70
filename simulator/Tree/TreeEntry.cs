namespace GpuContainers.Simulator.Tree;

/// <summary>Something that the simulated host has and this machine has not.</summary>
/// <param name="Path">Where, absolute.</param>
internal abstract record TreeEntry(string Path);
