using System.Diagnostics.CodeAnalysis;

namespace GpuContainers.Cdi;

/// <summary>A device's full name, "vendor/class=device".</summary>
/// <param name="Vendor">The vendor, such as "nvidia.com".</param>
/// <param name="Class">The class, such as "gpu".</param>
/// <param name="Name">The device's name in its document.</param>
public sealed record QualifiedDeviceName(string Vendor, string Class, string Name)
{
    /// <summary>"vendor/class".</summary>
    public string Kind => $"{Vendor}/{Class}";

    /// <summary>Joins the parts without checking them.</summary>
    public static string Join(string vendor, string className, string device) => $"{vendor}/{className}={device}";

    /// <summary>Whether a text is a full name with valid parts.</summary>
    public static bool IsQualified(string text) => TryParse(text, out _, out _);

    /// <summary>Reads a full name and checks its parts.</summary>
    /// <exception cref="CdiException">A part is missing or not allowed; the message says which.</exception>
    public static QualifiedDeviceName Parse(string text) =>
        TryParse(text, out QualifiedDeviceName? name, out string reason) ? name : throw new CdiException(CdiErrorReason.InvalidName, reason);

    /// <summary>Reads a full name and checks its parts.</summary>
    /// <returns>False with a reason when a part is missing or not allowed.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out QualifiedDeviceName? name, out string reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        QualifiedDeviceName parts = Split(text);
        reason = Reason(text, parts);
        name = reason.Length == 0 ? parts : null;
        return name is not null;
    }

    /// <summary>Takes a name apart without checking characters; without vendor and class everything is the device's name.</summary>
    public static QualifiedDeviceName Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var whole = new QualifiedDeviceName("", "", text);
        int equals = text.IndexOf('=');
        if (text.StartsWith('/') || equals <= 0 || equals == text.Length - 1)
            return whole;
        (string vendor, string className) = SplitKind(text[..equals]);
        return vendor.Length == 0 ? whole : new QualifiedDeviceName(vendor, className, text[(equals + 1)..]);
    }

    /// <summary>Splits a kind at its first slash; ("", kind) when there is none or a side is empty.</summary>
    public static (string Vendor, string Class) SplitKind(string kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        int slash = kind.IndexOf('/');
        return slash <= 0 || slash == kind.Length - 1 ? ("", kind) : (kind[..slash], kind[(slash + 1)..]);
    }

    /// <inheritdoc/>
    public override string ToString() => Join(Vendor, Class, Name);

    private static string Reason(string text, QualifiedDeviceName parts)
    {
        if (parts.Vendor.Length == 0)
            return $"unqualified device \"{text}\", missing vendor";
        string? cause = CdiName.VendorProblem(parts.Vendor) ?? CdiName.ClassProblem(parts.Class) ?? CdiName.DeviceProblem(parts.Name);
        return cause is null ? "" : $"invalid device \"{text}\": {cause}";
    }
}

/// <summary>The grammar of vendors, classes and device names; the same for every version of the format.</summary>
public static class CdiName
{
    /// <summary>Why a vendor is not allowed, or null when it is.</summary>
    public static string? VendorProblem(string vendor) => KindProblem(vendor) is { } cause ? $"invalid vendor: {cause}" : null;

    /// <summary>Why a class is not allowed, or null when it is.</summary>
    public static string? ClassProblem(string className) => KindProblem(className) is { } cause ? $"invalid class: {cause}" : null;

    /// <summary>Why a device name is not allowed, or null when it is.</summary>
    public static string? DeviceProblem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
            return "invalid (empty) device name";
        if (!char.IsAsciiLetterOrDigit(name[0]))
            return $"invalid name \"{name}\": should start with a letter or digit";
        for (int i = 1; i < name.Length - 1; i++)
        {
            if (!char.IsAsciiLetterOrDigit(name[i]) && name[i] is not ('_' or '-' or '.' or ':'))
                return $"invalid character '{name[i]}' in device name \"{name}\": use letters, digits, '_', '-', '.' and ':'";
        }
        return char.IsAsciiLetterOrDigit(name[^1]) ? null : $"invalid name \"{name}\": should end with a letter or digit";
    }

    // A single letter is a name (CDI-40).
    /// <summary>Why a vendor or class is not allowed, without saying which of both it is; null when it is.</summary>
    public static string? KindProblem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
            return "empty name";
        if (!char.IsAsciiLetter(name[0]))
            return $"\"{name}\", should start with letter";
        for (int i = 1; i < name.Length - 1; i++)
        {
            if (!char.IsAsciiLetterOrDigit(name[i]) && name[i] is not ('_' or '-' or '.'))
                return $"invalid character '{name[i]}' in name \"{name}\": use letters, digits, '_', '-' and '.'";
        }
        return char.IsAsciiLetterOrDigit(name[^1]) ? null : $"\"{name}\", should end with a letter or digit";
    }
}
