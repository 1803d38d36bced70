using GpuContainers.Elf.Cache;

namespace GpuContainers.Elf.Tests.Cache;

/// <summary>The architecture flags of entries, and the ISA level.</summary>
[Requirement("LC-6")]
public sealed class LibraryFlagsTests
{
    // Each family takes its own machines; LC-14: i386 is always 0x0003; LC-15: no other values are written.
    [Theory]
    [Requirement("LC-13", "LC-14", "LC-15")]
    [InlineData(true, 62, 0u, 0x0303, null)]
    [InlineData(false, 62, 0u, 0x0803, null)]
    [InlineData(false, 3, 0u, 0x0003, null)]
    [InlineData(true, 3, 0u, null, null)]
    [InlineData(true, 183, 0u, null, 0x0a03)]
    [InlineData(false, 183, 0u, null, null)]
    [InlineData(false, 40, 0x05000400u, null, 0x0903)]
    [InlineData(false, 40, 0x05000200u, null, 0x0b03)]
    [InlineData(false, 40, 0x05000000u, null, 0x0003)]
    [InlineData(false, 40, 0x04000400u, null, 0x0003)]
    [InlineData(true, 40, 0x05000400u, null, null)]
    [InlineData(true, 21, 0u, null, null)]
    [InlineData(true, 22, 0u, null, null)]
    public void Flags_follow_class_and_machine(bool is64Bit, int machine, uint flags, int? x86, int? arm)
    {
        byte[] content = new ElfBuilder { Is64Bit = is64Bit, Machine = (ushort)machine, Flags = flags }.ToBytes();
        ElfFile file = Files.Of(content)!;
        Assert.Equal(x86, LibraryFlags.From(file, arm: false));
        Assert.Equal(arm, LibraryFlags.From(file, arm: true));
    }

    [Theory]
    [Requirement("LC-6")]
    [InlineData(1u, 0)]
    [InlineData(2u, 1)]
    [InlineData(4u, 2)]
    [InlineData(8u, 3)]
    [InlineData(15u, 3)]
    [InlineData(0u, 0)]
    public void The_ISA_level_is_the_highest_bit(uint mask, int level)
    {
        Assert.Equal(level, Files.Of(new ElfBuilder { Property = ElfBuilder.IsaNote(mask) }.ToBytes())!.ReadIsaLevel());
        Assert.Equal(level, Files.Of(new ElfBuilder { Is64Bit = false, Property = ElfBuilder.IsaNote(mask, is64Bit: false) }.ToBytes())!.ReadIsaLevel());
    }

    [Fact]
    [Requirement("LC-6")]
    public void Other_alignments_and_other_notes_mean_no_level()
    {
        byte[] note = ElfBuilder.IsaNote(15);
        Assert.Equal(0, Files.Of(new ElfBuilder { Property = note, PropertyAlignment = 4 }.ToBytes())!.ReadIsaLevel());
        Assert.Equal(0, Files.Of(new ElfBuilder { Property = [.. note[..8], 4, .. note[9..]] }.ToBytes())!.ReadIsaLevel());
        Assert.Equal(0, Files.Of(new ElfBuilder { Property = [.. note[..16], 1, .. note[17..]] }.ToBytes())!.ReadIsaLevel());
        Assert.Equal(0, Files.Of(new ElfBuilder().ToBytes())!.ReadIsaLevel());
    }
}
