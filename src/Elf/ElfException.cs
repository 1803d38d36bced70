using GpuContainers.Diagnostics;

namespace GpuContainers.Elf;

/// <summary>A file that could not be understood.</summary>
/// <param name="message">Why.</param>
public sealed class ElfException(string message) : ToolkitException(message);
