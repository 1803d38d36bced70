namespace GpuContainers.Host.Gpus;

/// <summary>What a user wrote to name a device.</summary>
/// <param name="Kind">What it turned out to be.</param>
/// <param name="Text">As written.</param>
/// <param name="Index">The index of the GPU, or of the GPU a MIG device is on; 0 for a UUID.</param>
/// <param name="MigIndex">The index of the MIG device; 0 for others.</param>
public sealed record DeviceIdentifier(DeviceIdentifierKind Kind, string Text, uint Index = 0, uint MigIndex = 0)
{
    /// <summary>Tells what a text names; kind Invalid when it is nothing that can name a device.</summary>
    public static DeviceIdentifier Parse(string text)
    {
        int colon = text.IndexOf(':');
        if (colon < 0 && IsIndex(text))
            return TryIndex(text, out uint gpu) ? new(DeviceIdentifierKind.GpuIndex, text, gpu) : new(DeviceIdentifierKind.IndexTooLarge, text);
        if (colon > 0 && IsIndex(text.AsSpan(0, colon)) && IsIndex(text.AsSpan(colon + 1)))
        {
            return TryIndex(text.AsSpan(0, colon), out uint parent) & TryIndex(text.AsSpan(colon + 1), out uint mig)
                ? new(DeviceIdentifierKind.MigIndex, text, parent, mig)
                : new(DeviceIdentifierKind.IndexTooLarge, text);
        }
        if (IsGpuUuid(text))
            return new(DeviceIdentifierKind.GpuUuid, text);
        return new(IsMigUuid(text) ? DeviceIdentifierKind.MigUuid : IsUuid(text) ? DeviceIdentifierKind.BareUuid : DeviceIdentifierKind.Invalid, text);
    }

    // Digits only, leading zeros allowed (NV-15).
    private static bool IsIndex(ReadOnlySpan<char> text) => text.Length > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0;

    // A number above 32 bits is refused, not cut down to one that selects another GPU (NV-20).
    private static bool TryIndex(ReadOnlySpan<char> text, out uint index) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);

    private static bool IsGpuUuid(string text) => text.StartsWith("GPU-", StringComparison.Ordinal) && IsUuid(text.AsSpan(4));

    // "MIG-" and a UUID, or the older "MIG-GPU-…/gi/ci" (NV-18).
    private static bool IsMigUuid(string text)
    {
        if (!text.StartsWith("MIG-", StringComparison.Ordinal))
            return false;
        if (IsUuid(text.AsSpan(4)))
            return true;
        string[] parts = text[4..].Split('/');
        return parts.Length == 3 && IsGpuUuid(parts[0]) && IsIndex(parts[1]) && IsIndex(parts[2]);
    }

    // As 8-4-4-4-12, the same behind "urn:uuid:" or between any two characters, or as 32 hex digits (NV-17).
    private static bool IsUuid(ReadOnlySpan<char> text)
    {
        if (text.Length == 32)
            return IsHex(text);
        if (text.Length == 45 && text.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase))
            text = text[9..];
        else if (text.Length == 38)
            text = text[1..37];
        return text.Length == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
            && IsHex(text[..8]) && IsHex(text[9..13]) && IsHex(text[14..18]) && IsHex(text[19..23]) && IsHex(text[24..]);
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }
        return true;
    }
}

/// <summary>What a text can name.</summary>
public enum DeviceIdentifierKind
{
    /// <summary>Nothing.</summary>
    Invalid,

    /// <summary>A number that no device can have.</summary>
    IndexTooLarge,

    /// <summary>A GPU by its index.</summary>
    GpuIndex,

    /// <summary>A MIG device by the indices of GPU and device.</summary>
    MigIndex,

    /// <summary>A GPU by its UUID.</summary>
    GpuUuid,

    /// <summary>A MIG device by its UUID.</summary>
    MigUuid,

    /// <summary>A UUID without the prefix, as Orin has it.</summary>
    BareUuid,
}
