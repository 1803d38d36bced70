using System.Buffers.Binary;

namespace GpuContainers.Elf.Cache;

/// <summary>Byte strings are equal when their bytes are.</summary>
public sealed class ByteEquality : IEqualityComparer<byte[]>
{
    // Another one in each process: the names come from an image, which must not be able to choose them so that all have one hash (SEC-24).
    private static readonly ulong s_secret = ((ulong)(uint)HashCode.Combine(1) << 32) | (uint)HashCode.Combine(2) | 1;

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
        ReadOnlySpan<byte> rest = obj;
        ulong hash = s_secret ^ (ulong)rest.Length;
        for (; rest.Length >= 8; rest = rest[8..])
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest));
        ulong last = 0;
        foreach (byte b in rest)
            last = (last << 8) | b;
        hash = Mix(hash ^ last);
        return (int)(hash ^ (hash >> 32));
    }

    // Both halves of the product: no bit of the secret or of the name is lost.
    private static ulong Mix(ulong value)
    {
        ulong high = Math.BigMul(value, s_secret ^ 0x9e3779b97f4a7c15, out ulong low);
        return high ^ low;
    }
}
