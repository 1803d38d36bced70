using GpuContainers.Diagnostics;

namespace GpuContainers.Linux.Roots;

/// <summary>A path as the container sees it: bytes, not text, because names need not be UTF-8. Not to be mixed up with a path of the host.</summary>
public readonly struct ContainerPath : IEquatable<ContainerPath>
{
    private readonly byte[]? _bytes;

    private ContainerPath(byte[] bytes) => _bytes = bytes;

    /// <summary>The bytes as given.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Whether there is nothing.</summary>
    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>The last element; empty when the path ends with a slash.</summary>
    public ReadOnlySpan<byte> Name => Bytes[(Bytes.LastIndexOf((byte)'/') + 1)..];

    /// <summary>What stands before the last slash; "/" when nothing does.</summary>
    public ContainerPath Parent
    {
        get
        {
            int slash = Bytes.LastIndexOf((byte)'/');
            return slash <= 0 ? From("/"u8) : From(Bytes[..slash]);
        }
    }

    /// <summary>A path of these bytes.</summary>
    public static ContainerPath From(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>A path of this text, as UTF-8.</summary>
    public static ContainerPath From(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>The path with one more element.</summary>
    public ContainerPath Child(ReadOnlySpan<byte> name)
    {
        bool slash = Bytes.EndsWith("/"u8);
        byte[] joined = new byte[Bytes.Length + (slash ? 0 : 1) + name.Length];
        Bytes.CopyTo(joined);
        joined[^(name.Length + 1)] = (byte)'/';
        name.CopyTo(joined.AsSpan(joined.Length - name.Length));
        return new ContainerPath(joined);
    }

    /// <summary>
    /// The path as text alone says it: absolute, without empty elements and ".", each ".." taking away the element before it, and nothing above the root.
    /// </summary>
    public ContainerPath Clean()
    {
        byte[] cleaned = new byte[Bytes.Length + 1];
        int length = 0;
        ReadOnlySpan<byte> rest = Bytes;
        while (!rest.IsEmpty)
        {
            int slash = rest.IndexOf((byte)'/');
            ReadOnlySpan<byte> part = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[(slash + 1)..];
            if (part.IsEmpty || part.SequenceEqual("."u8))
                continue;
            if (part.SequenceEqual(".."u8))
            {
                length = Math.Max(0, cleaned.AsSpan(0, length).LastIndexOf((byte)'/'));
                continue;
            }
            cleaned[length++] = (byte)'/';
            part.CopyTo(cleaned.AsSpan(length));
            length += part.Length;
        }
        return length == 0 ? From("/"u8) : new ContainerPath(cleaned[..length]);
    }

    /// <summary>The path without slashes at its end; "/" stays.</summary>
    public ContainerPath TrimSlashes()
    {
        ReadOnlySpan<byte> trimmed = Bytes.TrimEnd((byte)'/');
        return trimmed.IsEmpty && !IsEmpty ? From("/"u8) : From(trimmed);
    }

    /// <inheritdoc/>
    public bool Equals(ContainerPath other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ContainerPath other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>The whole path as text; what is not UTF-8 becomes U+FFFD.</summary>
    public string ToText() => Encoding.UTF8.GetString(Bytes);

    /// <summary>The path for people: what is not UTF-8 shows as U+FFFD, and what is long is cut in the middle.</summary>
    public override string ToString() => Excerpt.Of(Bytes);

    /// <summary>Whether both hold the same bytes.</summary>
    public static bool operator ==(ContainerPath left, ContainerPath right) => left.Equals(right);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(ContainerPath left, ContainerPath right) => !left.Equals(right);
}
