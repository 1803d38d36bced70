namespace GpuContainers.Linux.Processes;

/// <summary>A NULL-terminated array of NUL-terminated strings outside the managed heap, as execve(2) takes it.</summary>
internal sealed unsafe class StringVector : IDisposable
{
    private byte* _memory;

    internal StringVector(IReadOnlyList<byte[]> strings)
    {
        nuint size = (nuint)(strings.Count + 1) * (nuint)sizeof(byte*);
        foreach (byte[] text in strings)
            size += (nuint)text.Length + 1;
        _memory = (byte*)NativeMemory.Alloc(size);
        byte** pointers = (byte**)_memory;
        byte* next = _memory + ((strings.Count + 1) * sizeof(byte*));
        for (int i = 0; i < strings.Count; i++)
        {
            pointers[i] = next;
            strings[i].CopyTo(new Span<byte>(next, strings[i].Length));
            next[strings[i].Length] = 0;
            next += strings[i].Length + 1;
        }
        pointers[strings.Count] = null;
    }

    internal byte** Pointer => (byte**)_memory;

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}
