using System.Text.Json;
using GpuContainers.Elf;

namespace GpuContainers.Runtime.Hooks.Compat;

/// <summary>The ELF note in which a forward compatibility library says what it works with.</summary>
/// <param name="CudaVersion">The CUDA version it brings; empty when the note does not say.</param>
/// <param name="Drivers">The major versions of drivers it works with.</param>
internal sealed record CompatNote(string CudaVersion, IReadOnlyList<long> Drivers)
{
    // Deeper is bad JSON (SEC-11).
    private const int MaximumDepth = 64;

    /// <summary>Null when there is no such note, or it is not what HK-104 to HK-107 say.</summary>
    internal static CompatNote? Read(PositionalRead read, long size)
    {
        byte[]? description = ElfFile.Read(read, size)?.ReadNote(".note.cuda.fwd_compatibility"u8, "NVIDIA Corporation"u8);
        return description is null ? null : Parse(description);
    }

    /// <summary>Null for bad JSON: another shape, wrong types, trailing text (HK-106).</summary>
    internal static CompatNote? Parse(ReadOnlySpan<byte> json)
    {
        string cuda = "";
        List<long> drivers = [];
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                    continue;
                if (name.Equals("CUDA version", StringComparison.OrdinalIgnoreCase))
                    cuda = reader.GetString()!;
                else if (name.Equals("driver", StringComparison.OrdinalIgnoreCase))
                    drivers = Integers(ref reader);
                else if (name.Equals("device", StringComparison.OrdinalIgnoreCase))
                    _ = Integers(ref reader);
                else if (name.Equals("format", StringComparison.OrdinalIgnoreCase))
                    _ = reader.GetInt64();
                else
                    reader.Skip();
            }
            // The reader itself refuses text after the object.
            return reader.Read() ? null : new CompatNote(cuda, drivers);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static List<long> Integers(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new FormatException("no list");
        var list = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            list.Add(reader.GetInt64());
        return list;
    }
}

/// <summary>Whether the image's compatibility libraries take the place of the host's driver.</summary>
internal static class CompatDecision
{
    /// <summary>Decides.</summary>
    /// <param name="note">The library's note; null when it has none that can be read.</param>
    /// <param name="compat">The library's version; null when its name tells none.</param>
    /// <param name="host">The host driver's version; null when unknown.</param>
    /// <param name="hostCuda">The host driver's CUDA version; null when unknown.</param>
    /// <param name="hostCudaGiven">Whether a CUDA version was given at all, parsable or not.</param>
    internal static bool UseCompat(CompatNote? note, SemanticVersion? compat, SemanticVersion? host, SemanticVersion? hostCuda, bool hostCudaGiven)
    {
        if (note is null)
            return !hostCudaGiven && compat is not null && host is not null && compat.Major > host.Major;
        if (compat is not null && host is not null)
            return note.Drivers.Contains((long)host.Major) && compat.CompareTo(host) > 0;
        return hostCuda is not null && SemanticVersion.Parse(note.CudaVersion) is { } cuda && cuda.CompareTo(hostCuda) > 0;
    }
}
