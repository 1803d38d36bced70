using System.Text;

namespace GpuContainers.Simulator.Elf;

/// <summary>
/// Writes a shared object that the dynamic loader accepts: a soname, and functions if wanted. The driver's real libraries cannot be passed on, and nothing
/// of them is needed: what counts here is that they are found, listed, mounted and loaded. (System V ABI, chapters 4 and 5.)
/// </summary>
internal sealed class SharedObject(string? soname, bool is32Bit = false)
{
    private const int Load = 1, Dynamic = 2, GnuStack = 0x6474e551;
    private const int Executable = 1, Writable = 2, Readable = 4;
    private readonly List<(string Name, byte[] Code)> _functions = [];

    /// <summary>Whether the file gets section headers, which loaders do not need.</summary>
    internal bool HasSections { get; init; } = true;

    private int HeaderSize => is32Bit ? 52 : 64;
    private int ProgramHeaderSize => is32Bit ? 32 : 56;
    private int SectionHeaderSize => is32Bit ? 40 : 64;
    private int SymbolSize => is32Bit ? 16 : 24;
    private int WordSize => is32Bit ? 4 : 8;

    /// <summary>Adds a global function with that machine code.</summary>
    internal void Export(string name, byte[] code) => _functions.Add((name, code));

    /// <summary>The file.</summary>
    internal byte[] ToBytes()
    {
        var strings = new StringTable();
        int sonameAt = strings.Add(soname ?? "");
        int[] names = [.. _functions.Select(f => strings.Add(f.Name))];
        int start = HeaderSize + (4 * ProgramHeaderSize);
        Extent text = Extent.After(start, _functions.Sum(static f => Aligned(f.Code.Length, 16)), 16);
        Extent symbols = Extent.After(text.End, SymbolSize * (_functions.Count + 1), 8);
        Extent hash = Extent.After(symbols.End, 4 * (2 + 1 + _functions.Count + 1), 8);
        Extent texts = Extent.After(hash.End, strings.Length, 1);
        Extent dynamic = Extent.After(texts.End, 7 * 2 * WordSize, TargetMachine.PageSize);
        var sectionNames = new StringTable();
        Section[] sections =
        [
            default,
            new(sectionNames.Add(".text"), 1, 6, text, 0, 0, 16, 0),
            new(sectionNames.Add(".dynsym"), 11, 2, symbols, 4, 1, 8, SymbolSize),
            new(sectionNames.Add(".hash"), 5, 2, hash, 2, 0, 8, 4),
            new(sectionNames.Add(".dynstr"), 3, 2, texts, 0, 0, 1, 0),
            new(sectionNames.Add(".dynamic"), 6, 3, dynamic, 4, 0, 8, 2 * WordSize),
        ];
        int sectionNamesName = sectionNames.Add(".shstrtab");
        Extent sectionNamesAt = Extent.After(dynamic.End, sectionNames.Length, 1);
        sections = [.. sections, new(sectionNamesName, 3, 0, sectionNamesAt, 0, 0, 1, 0)];
        int sectionTable = Aligned(sectionNamesAt.End, 8);

        var file = new ByteWriter(is32Bit);
        WriteHeader(file, sectionTable, sections.Length);
        WriteSegment(file, Load, Readable | Executable, new Extent(0, texts.End), TargetMachine.PageSize);
        WriteSegment(file, Load, Readable | Writable, dynamic, TargetMachine.PageSize);
        WriteSegment(file, Dynamic, Readable | Writable, dynamic, 8);
        WriteSegment(file, GnuStack, Readable | Writable, default, 16);
        WriteFunctions(file, text);
        WriteSymbols(file, symbols, text, names);
        WriteHash(file, hash);
        Pad(file, texts.Offset);
        file.Bytes(strings.ToBytes());
        Pad(file, dynamic.Offset);
        foreach ((int tag, long value) in ((int, long)[])[
            .. soname is null ? ((int, long)[])[] : [(14, sonameAt)], (4, hash.Offset), (5, texts.Offset), (6, symbols.Offset), (10, strings.Length),
            (11, SymbolSize), (0, 0), .. soname is null ? [(0, 0)] : ((int, long)[])[]])
        {
            file.Native(tag);
            file.Native(value);
        }
        file.Bytes(sectionNames.ToBytes());
        Pad(file, sectionTable);
        foreach (Section section in sections)
            WriteSection(file, section);
        return file.ToBytes();
    }

    private static int Aligned(int value, int size) => (value + size - 1) / size * size;

    private static void Pad(ByteWriter file, int offset)
    {
        while (file.Length < offset)
            file.Bytes([0]);
    }

    private void WriteHeader(ByteWriter file, int sectionTable, int sections)
    {
        file.Bytes(TargetMachine.Identification(is32Bit));
        file.Half(3);
        file.Half(TargetMachine.Number(is32Bit));
        file.Word(1);
        file.Native(0);
        file.Native(HeaderSize);
        file.Native(HasSections ? sectionTable : 0);
        file.Word(0);
        foreach (int half in (int[])[HeaderSize, ProgramHeaderSize, 4, SectionHeaderSize, HasSections ? sections : 0, HasSections ? sections - 1 : 0])
            file.Half(half);
    }

    private void WriteSegment(ByteWriter file, int type, int flags, Extent at, int align)
    {
        file.Word(type);
        if (!is32Bit)
            file.Word(flags);
        foreach (long value in (long[])[at.Offset, at.Offset, at.Offset, at.Length, at.Length])
            file.Native(value);
        if (is32Bit)
            file.Word(flags);
        file.Native(align);
    }

    private void WriteFunctions(ByteWriter file, Extent text)
    {
        Pad(file, text.Offset);
        foreach ((_, byte[] code) in _functions)
        {
            file.Bytes(code);
            file.Align(16);
        }
    }

    private void WriteSymbols(ByteWriter file, Extent symbols, Extent text, int[] names)
    {
        const int globalFunction = 0x12;
        Pad(file, symbols.Offset + SymbolSize);
        int address = text.Offset;
        for (int i = 0; i < _functions.Count; i++)
        {
            int size = _functions[i].Code.Length;
            file.Word(names[i]);
            if (is32Bit)
            {
                file.Word(address);
                file.Word(size);
                file.Bytes([globalFunction, 0]);
                file.Half(1);
            }
            else
            {
                file.Bytes([globalFunction, 0]);
                file.Half(1);
                file.Native(address);
                file.Native(size);
            }
            address += Aligned(size, 16);
        }
    }

    // One bucket is enough for a handful of symbols: its chain is the list of them all.
    private void WriteHash(ByteWriter file, Extent hash)
    {
        Pad(file, hash.Offset);
        int count = _functions.Count + 1;
        file.Word(1);
        file.Word(count);
        file.Word(count > 1 ? 1 : 0);
        file.Word(0);
        for (int i = 1; i < count; i++)
            file.Word(i + 1 < count ? i + 1 : 0);
    }

    private static void WriteSection(ByteWriter file, in Section s)
    {
        file.Word(s.Name);
        file.Word(s.Type);
        file.Native(s.Flags);
        file.Native(s.Flags == 0 ? 0 : s.At.Offset);
        file.Native(s.At.Offset);
        file.Native(s.At.Length);
        file.Word(s.Link);
        file.Word(s.Info);
        file.Native(s.Align);
        file.Native(s.EntrySize);
    }

    private readonly record struct Extent(int Offset, int Length)
    {
        internal int End => Offset + Length;

        internal static Extent After(int end, int length, int align) => new(Aligned(end, align), length);
    }

    private readonly record struct Section(int Name, int Type, int Flags, Extent At, int Link, int Info, int Align, int EntrySize);

    private sealed class StringTable
    {
        // The first string is the empty one.
        private readonly List<byte> _bytes = [0];

        internal int Length => _bytes.Count;

        internal int Add(string text)
        {
            int at = Length;
            _bytes.AddRange(Encoding.ASCII.GetBytes(text + "\0"));
            return at;
        }

        internal byte[] ToBytes() => _bytes.ToArray();
    }
}
