namespace GpuContainers.Cdi;

/// <summary>The grammar of vendors, classes and device names; the same for every version of the format.</summary>
public static class CdiName
{
    /// <summary>Why a vendor is not allowed, or null when it is.</summary>
    public static string? VendorProblem(string vendor) => KindProblem(vendor) is { } cause ? $"invalid vendor: {cause}" : null;

    /// <summary>Why a class is not allowed, or null when it is.</summary>
    public static string? ClassProblem(string className) => KindProblem(className) is { } cause ? $"invalid class: {cause}" : null;

    // One letter or digit is a name; other characters stand only between two of them (CDI-41).
    /// <summary>Why a device name is not allowed, or null when it is.</summary>
    public static string? DeviceProblem(string name)
    {
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

    // A single letter is a name too (CDI-39, CDI-40); the words are those that users search for (GN-85).
    /// <summary>Why a vendor or class is not allowed, without saying which of both it is; null when it is.</summary>
    public static string? KindProblem(string name)
    {
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
