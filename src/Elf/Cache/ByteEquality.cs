namespace GpuContainers.Elf.Cache;

/// <summary>Byte strings are equal when their bytes are.</summary>
public sealed class ByteEquality : IEqualityComparer<byte[]>
{
    /// <summary>The one there is.</summary>
    public static readonly ByteEquality Instance = new();

    private ByteEquality()
    {
    }

    /// <inheritdoc/>
    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc/>
    public int GetHashCode(byte[] obj)
    {
        // FNV-1a: the names come from an image, but each directory holds a bounded number of them.
        uint hash = 2166136261;
        foreach (byte b in obj)
            hash = unchecked((hash ^ b) * 16777619);
        return (int)hash;
    }
}
