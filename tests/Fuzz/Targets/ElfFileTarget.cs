using GpuContainers.Elf;
using GpuContainers.Elf.Cache;
using GpuContainers.Fuzz.Tests.Runner;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>Libraries of the driver and of an image: headers, dynamic section, notes (HK-82 to HK-84, HK-103 to HK-107).</summary>
public sealed class ElfFileTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "elf-file";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        byte[] bytes = input.ToArray();
        int Read(Span<byte> buffer, long offset)
        {
            // Nothing is ever asked for beyond the end.
            Assert.InRange(offset + buffer.Length, 0, bytes.Length);
            bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
            return buffer.Length;
        }
        if (ElfFile.Read(Read, bytes.Length) is not { } file)
            return;
        Assert.InRange(file.Segments.Count, 0, 1024);
        ElfDynamic? dynamic = file.ReadDynamic(withNeeded: true);
        Assert.InRange(dynamic?.Soname?.Length ?? 0, 0, bytes.Length);
        Assert.InRange(file.ReadNote(".note.cuda.fwd_compatibility"u8, "NVIDIA Corporation"u8)?.Length ?? 0, 0, 1 << 20);
        Assert.InRange(file.ReadIsaLevel(), 0, 31);
        _ = LibraryFlags.From(file, arm: false);
        _ = LibraryFlags.From(file, arm: true);
    }
}
