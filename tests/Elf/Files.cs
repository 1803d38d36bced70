namespace GpuContainers.Elf.Tests;

/// <summary>Files of this machine and files in memory, as the readers take them.</summary>
internal static class Files
{
    internal static ElfFile? Open(string path) => Of(File.ReadAllBytes(path));

    internal static ElfFile? Of(byte[] content, long? claimedSize = null) => ElfFile.Read(Reader(content), claimedSize ?? content.Length);

    internal static PositionalRead Reader(byte[] content) => (buffer, offset) =>
    {
        if (offset >= content.Length)
            return 0;
        int count = (int)Math.Min(buffer.Length, content.Length - offset);
        content.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    };

    /// <summary>The C library of this machine.</summary>
    internal static string LibC { get; } =
        new[] { "/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6", "/lib64/libc.so.6" }.First(File.Exists);
}
