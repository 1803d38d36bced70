using System.Runtime.CompilerServices;

namespace GpuContainers.Linux.Processes;

/// <summary>The process's own arguments and environment as the bytes they came in, so that what is not UTF-8 survives being passed on.</summary>
public static class RawArguments
{
    /// <summary>argv, argument 0 included.</summary>
    /// <exception cref="LinuxException">/proc is not mounted or not readable.</exception>
    public static byte[][] Arguments()
    {
        // The native runtime has decoded argv already. Only where a byte was no UTF-8 (it then holds the replacement character) the kernel is asked again,
        // which costs a tenth of a start. A process with a JIT compiler has its assembly's name in the first place.
        string[] decoded = RuntimeFeature.IsDynamicCodeSupported ? ["\ufffd"] : System.Environment.GetCommandLineArgs();
        foreach (string text in decoded)
        {
            if (text.Contains('\ufffd'))
                return Split(HostFile.ReadAll("/proc/self/cmdline", Limit));
        }
        return FromTexts(decoded);
    }

    /// <summary>The path that was executed, as the kernel was given it: that of a script where it names this program; empty when it is not known.</summary>
    public static string ExecutedPath() => Marshal.PtrToStringUTF8(Libc.AuxiliaryValue(Libc.ExecutedPath)) ?? "";

    /// <summary>The environment as it was at the start, entries as "NAME=value": what .NET changes of it is a copy.</summary>
    public static unsafe byte[][] Environment()
    {
        byte** entries = Libc.Environment();
        int count = 0;
        while (entries[count] is not null)
            count++;
        byte[][] result = new byte[count][];
        for (int i = 0; i < count; i++)
            result[i] = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entries[i]).ToArray();
        return result;
    }

    /// <summary>The strings as bytes, each UTF-8.</summary>
    public static byte[][] FromTexts(params ReadOnlySpan<string> texts)
    {
        byte[][] bytes = new byte[texts.Length][];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = Encoding.UTF8.GetBytes(texts[i]);
        return bytes;
    }

    /// <summary>The byte strings as text; what is not UTF-8 is replaced, so this is for reading, not for passing on.</summary>
    public static string[] ToTexts(byte[][] bytes)
    {
        string[] texts = new string[bytes.Length];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = Encoding.UTF8.GetString(bytes[i]);
        return texts;
    }

    // The kernel allows a quarter of the stack limit; nothing sane comes near.
    private const long Limit = 1L << 30;

    private static byte[][] Split(ReadOnlySpan<byte> block)
    {
        var result = new List<byte[]>();
        while (!block.IsEmpty)
        {
            int end = block.IndexOf((byte)0);
            result.Add((end < 0 ? block : block[..end]).ToArray());
            block = end < 0 ? default : block[(end + 1)..];
        }
        return [.. result];
    }
}

/// <summary>A NULL-terminated array of NUL-terminated strings outside the managed heap, as execve(2) takes it.</summary>
internal sealed unsafe class StringVector : IDisposable
{
    private byte* _memory;

    internal StringVector(byte[][] strings)
    {
        nuint size = (nuint)(strings.Length + 1) * (nuint)sizeof(byte*);
        foreach (byte[] text in strings)
            size += (nuint)text.Length + 1;
        _memory = (byte*)NativeMemory.Alloc(size);
        byte** pointers = (byte**)_memory;
        byte* next = _memory + ((strings.Length + 1) * sizeof(byte*));
        for (int i = 0; i < strings.Length; i++)
        {
            pointers[i] = next;
            strings[i].CopyTo(new Span<byte>(next, strings[i].Length));
            next[strings[i].Length] = 0;
            next += strings[i].Length + 1;
        }
        pointers[strings.Length] = null;
    }

    internal byte** Pointer => (byte**)_memory;

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}
