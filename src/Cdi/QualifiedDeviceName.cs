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
        QualifiedDeviceName parts = Split(text);
        reason = Reason(text, parts);
        name = reason.Length == 0 ? parts : null;
        return name is not null;
    }

    /// <summary>Takes a name apart without checking characters; without vendor and class everything is the device's name.</summary>
    public static QualifiedDeviceName Split(string text)
    {
        var whole = new QualifiedDeviceName("", "", text);
        int equals = text.IndexOf('=');
        if (text.StartsWith('/') || equals <= 0 || equals == text.Length - 1)
            return whole;
        (string vendor, string className) = SplitKind(text[..equals]);
        return vendor.Length == 0 ? whole : new QualifiedDeviceName(vendor, className, text[(equals + 1)..]);
    }

    // Only the first slash splits; what follows belongs to the class (CDI-38, CDI-83).
    /// <summary>Splits a kind at its first slash; ("", kind) when there is none or a side is empty.</summary>
    public static (string Vendor, string Class) SplitKind(string kind)
    {
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
