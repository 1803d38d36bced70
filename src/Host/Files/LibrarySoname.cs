using GpuContainers.Elf;

namespace GpuContainers.Host.Files;

/// <summary>The SONAME of a library, the name by which programs ask for it.</summary>
/// <param name="text">The name; null for a library without one, and where it cannot be told.</param>
/// <param name="problem">Why it cannot be told; null when it can.</param>
public sealed class LibrarySoname(string? text, string? problem)
{
    // Small libraries are known from one read, of large ones the parts that are asked for.
    [ThreadStatic]
    private static byte[]? s_head;

    /// <summary>The name; null for a library without one, and where it cannot be told.</summary>
    public string? Text => text;

    /// <summary>Why it cannot be told, such as that the file is no library; null when it can.</summary>
    public string? Problem => problem;

    /// <summary>Reads it from the file.</summary>
    /// <param name="path">The file; links are followed.</param>
    internal static LibrarySoname Read(string path)
    {
        byte[] head = s_head ??= new byte[8 * ElfFile.HeadSize];
        try
        {
            using Descriptor file = HostFile.OpenRead(path);
            if (ElfFile.Read(file.ReadAt, head, file.ReadOnceAt(head, 0)) is not { } elf)
                return new LibrarySoname(null, "not an ELF file");
            // Engines compare specifications with those of NVIDIA's toolkit, which sees no SONAME without section headers (DS-80).
            ElfDynamic? dynamic = elf.HasSections ? elf.ReadDynamic(withNeeded: false) : null;
            return dynamic?.HasSeveralSonames == true ? new LibrarySoname(null, "it has several SONAMEs")
                : new LibrarySoname(dynamic?.Soname is { } soname ? Encoding.UTF8.GetString(soname) : null, null);
        }
        catch (LinuxException unreadable)
        {
            return new LibrarySoname(null, unreadable.Message);
        }
    }
}
