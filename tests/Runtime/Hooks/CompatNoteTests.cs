using System.Text;
using GpuContainers.Elf;
using GpuContainers.Runtime.Hooks.Compat;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The ELF note of a forward compatibility library.</summary>
public sealed class CompatNoteTests
{
    private const string Name = ".note.cuda.fwd_compatibility";
    private const string Owner = "NVIDIA Corporation";
    private const string Json = """{"format":1,"CUDA version":"12.9","driver":[570]}""";
    private static readonly byte[] s_json = Encoding.UTF8.GetBytes(Json);

    [Theory]
    [Requirement("HK-103")]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void The_note_is_found_in_either_class_and_byte_order(bool is64Bit, bool isBigEndian)
    {
        byte[] note = ElfBuilder.Note(Owner, s_json);
        if (isBigEndian)
        {
            foreach (int at in (int[])[0, 4, 8])
                note.AsSpan(at, 4).Reverse();
        }
        AssertFound(new ElfBuilder { Is64Bit = is64Bit, IsBigEndian = isBigEndian, Section = (Name, 7, 0, note, 4) });
    }

    [Theory]
    [Requirement("HK-104", "HK-107")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(4096)]
    public void The_owner_is_padded_to_the_alignment_of_the_section(int alignment) =>
        AssertFound(new ElfBuilder { Section = (Name, 7, 0, ElfBuilder.Note(Owner, s_json, alignment: alignment), (ulong)alignment) });

    [Theory]
    [Requirement("HK-107")]
    [InlineData(0ul)]
    [InlineData(3ul)]
    [InlineData(8192ul)]
    [InlineData(1ul << 31)]
    public void An_alignment_that_is_none_means_no_note(ulong alignment) =>
        AssertNone(new ElfBuilder { Section = (Name, 7, 0, ElfBuilder.Note(Owner, s_json), alignment) });

    // Real libraries claim 41 bytes, hold 39 and use 34.
    [Theory]
    [Requirement("HK-105")]
    [InlineData(56u)]
    [InlineData(0x7fffffffu)]
    [InlineData(0xffffffffu)]
    public void A_size_beyond_the_section_is_cut_and_zeros_at_the_ends_are_taken_away(uint claimed) =>
        AssertFound(new ElfBuilder { Section = (Name, 7, 0, ElfBuilder.Note(Owner, [0, .. s_json, 0, 0], claimedSize: claimed), 4) });

    [Fact]
    [Requirement("HK-103", "HK-104", "HK-107")]
    public void Other_notes_are_none()
    {
        byte[] note = ElfBuilder.Note(Owner, s_json);
        AssertNone(new ElfBuilder());
        AssertNone(new ElfBuilder { Section = (Name + "x", 7, 0, note, 4) });
        AssertNone(new ElfBuilder { Section = (Name[..^1], 7, 0, note, 4) });
        AssertNone(new ElfBuilder { Section = (Name, 1, 0, note, 4) });
        AssertNone(new ElfBuilder { Section = (Name, 7, 0x800, note, 4) });
        AssertNone(new ElfBuilder { Section = (Name, 7, 0, ElfBuilder.Note("NVIDIA", s_json), 4) });
        AssertNone(new ElfBuilder { Section = (Name, 7, 0, ElfBuilder.Note(Owner, []), 4) });
        AssertNone(new ElfBuilder { Section = (Name, 7, 0, [.. new byte[4], .. note[4..]], 4) });
        AssertNone(new ElfBuilder { Section = (Name, 7, 0, note[..11], 4) });
        AssertNone(new ElfBuilder { Section = (Name, 7, 0, [], 4) });
    }

    [Fact]
    [Requirement("HK-104")]
    public void A_name_size_of_any_value_is_no_failure()
    {
        foreach (uint size in (uint[])[0, 1, 18, 20, 0x7fffffff, 0xfffffffc, 0xffffffff])
        {
            byte[] note = [.. BitConverter.GetBytes(size), .. ElfBuilder.Note(Owner, s_json)[4..]];
            _ = Read(new ElfBuilder { Section = (Name, 7, 0, note, 4) });
        }
    }

    // At most 1 MiB is read.
    [Fact]
    [Requirement("HK-107")]
    public void A_note_longer_than_1_MiB_is_none()
    {
        byte[] file = new ElfBuilder { Section = (Name, 7, 0, ElfBuilder.Note(Owner, s_json), 4) }.ToBytes();
        byte[] large = new byte[file.Length + (2 << 20)];
        file.CopyTo(large, 0);
        // sh_size of the first section after the empty one.
        int size = (int)BitConverter.ToUInt64(file, 40) + 64 + 32;
        BitConverter.TryWriteBytes(large.AsSpan(size), (ulong)(1 << 20));
        Assert.NotNull(ElfFile.Read(Reader(large), large.Length)!.ReadNote(Encoding.ASCII.GetBytes(Name), Encoding.ASCII.GetBytes(Owner)));
        BitConverter.TryWriteBytes(large.AsSpan(size), (ulong)((1 << 20) + 1));
        Assert.Null(ElfFile.Read(Reader(large), large.Length)!.ReadNote(Encoding.ASCII.GetBytes(Name), Encoding.ASCII.GetBytes(Owner)));
    }

    [Fact]
    [Requirement("HK-107")]
    public void A_file_cut_anywhere_has_the_note_or_none()
    {
        byte[] file = new ElfBuilder { Section = (Name, 7, 0, ElfBuilder.Note(Owner, s_json), 4) }.ToBytes();
        for (int length = 0; length < file.Length; length++)
            _ = CompatNote.Read(Reader(file[..length]), length);
    }

    private static PositionalRead Reader(byte[] content) => (buffer, offset) =>
    {
        int count = (int)Math.Min(buffer.Length, Math.Max(0, content.Length - offset));
        content.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    };

    private static CompatNote? Read(ElfBuilder file)
    {
        byte[] content = file.ToBytes();
        return CompatNote.Read(Reader(content), content.Length);
    }

    private static void AssertFound(ElfBuilder file)
    {
        CompatNote note = Read(file)!;
        Assert.Equal("12.9", note.CudaVersion);
        Assert.Equal([570], note.Drivers);
    }

    private static void AssertNone(ElfBuilder file) => Assert.Null(Read(file));
}
