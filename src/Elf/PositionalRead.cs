namespace GpuContainers.Elf;

/// <summary>Reads a file at a position, as pread(2) does: fills the buffer, and returns fewer bytes only at the end of the file.</summary>
/// <param name="buffer">Where the bytes go.</param>
/// <param name="offset">The position of the first byte; never negative.</param>
public delegate int PositionalRead(Span<byte> buffer, long offset);
