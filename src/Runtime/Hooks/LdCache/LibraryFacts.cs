using GpuContainers.Elf;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>What the cache needs to know about a library file.</summary>
/// <param name="Soname">Its soname; null when it has none.</param>
/// <param name="Flags">Its architecture.</param>
/// <param name="IsaLevel">The x86 ISA level it needs; 0 if that was not asked for.</param>
internal sealed record LibraryFacts(byte[]? Soname, int Flags, int IsaLevel)
{
    private const ushort SharedObject = 3;
    private const int MaximumSoname = 255;

    // One for all: the hook has one thread, and a library's headers are of no use once its facts are known.
    [ThreadStatic]
    private static byte[]? s_head;

    /// <summary>Reads a file; null when a cache takes no such file (HK-82, HK-84).</summary>
    /// <param name="entry">The file, links followed.</param>
    /// <param name="status">What that is.</param>
    /// <param name="withIsaLevel">Whether to look for the ISA level.</param>
    /// <param name="marksMissingLibc">See <see cref="LibraryScan.MarksMissingLibc"/>.</param>
    /// <param name="directory">The directory it was found in, for messages.</param>
    /// <param name="name">Its name there, for messages.</param>
    /// <param name="budget">What reading it costs.</param>
    internal static LibraryFacts? Read(
        Descriptor entry, in FileStatus status, bool withIsaLevel, bool marksMissingLibc, ContainerDirectory directory, byte[] name, WorkBudget budget)
    {
        if (!ContainerFile.TryOpen(entry, status, out Descriptor? file, out Errno error))
        {
            if (error == Errno.EMEDIUMTYPE)
                Log.Warning($"skipping {directory.Path.Child(name)} in the container: {error.Describe()}");
            return null;
        }
        using (file)
        {
            try
            {
                ElfFile? library = ElfFile.Read(ReadAt, status.Size, s_head ??= new byte[ElfFile.HeadSize]);
                LibraryFacts? facts = From(library, withIsaLevel, marksMissingLibc);
                if (library?.ExceedsLimits == true)
                    Log.Warning($"skipping {directory.Path.Child(name)} in the container: its headers are larger than those of any library");
                return facts;
            }
            // The file cannot be read: a broken disk or network file system must not stop the container.
            catch (LinuxException failure)
            {
                Log.Debug($"skipping {directory.Path.Child(name)} in the container: {failure.Message}");
                return null;
            }
        }

        int ReadAt(Span<byte> buffer, long offset)
        {
            _ = budget.Spend(WorkBudget.Read + WorkBudget.OfBytes(buffer.Length));
            return file!.ReadAt(buffer, offset);
        }
    }

    internal static LibraryFacts? From(ElfFile? file, bool withIsaLevel, bool marksMissingLibc = false)
    {
        if (file is null || file.IsBigEndian || file.Type != SharedObject || LibraryFlags.From(file, SearchPaths.IsArm) is not { } flags)
            return null;
        bool mayLackLibc = marksMissingLibc && flags == LibraryFlags.I386;
        if (file.ReadDynamic(withNeeded: mayLackLibc) is not { } dynamic || (dynamic.HasSonameEntry && !IsAcceptable(dynamic.Soname)))
            return null;
        if (mayLackLibc && !NeedsLibc(dynamic.Needed))
            flags = LibraryFlags.I386WithoutLibc;
        return new LibraryFacts(dynamic.Soname, flags, withIsaLevel && !SearchPaths.IsArm ? file.ReadIsaLevel() : 0);
    }

    private static bool NeedsLibc(IReadOnlyList<byte[]> needed)
    {
        foreach (byte[] name in needed)
        {
            if (name.AsSpan().SequenceEqual("libc.so.6"u8) || name.AsSpan().SequenceEqual("libm.so.6"u8))
                return true;
        }
        return false;
    }

    // With such names the C library's builder writes lines, or replaces links in other directories (HK-84).
    private static bool IsAcceptable(byte[]? soname) =>
        soname is { Length: > 0 and <= MaximumSoname } && !soname.AsSpan().SequenceEqual("."u8) && !soname.AsSpan().SequenceEqual(".."u8)
        && !soname.AsSpan().ContainsAnyInRange((byte)0, (byte)31) && !soname.AsSpan().ContainsAny((byte)'/', (byte)127);
}
