namespace GpuContainers.Cdi;

/// <summary>Names for the files of documents, without extension.</summary>
public static class SpecNames
{
    /// <summary>"vendor-class".</summary>
    public static string For(string vendor, string className) => $"{vendor}-{className}";

    /// <summary>"vendor-class_id", for a document that lives as long as what the id names; slashes in the id become "_".</summary>
    public static string ForTransient(string vendor, string className, string id) => $"{For(vendor, className)}_{id.Replace('/', '_')}";

    /// <summary>The name for a document by its kind.</summary>
    /// <exception cref="CdiException">The kind cannot be split.</exception>
    public static string For(CdiSpec spec)
    {
        (string vendor, string className) = Split(spec);
        return For(vendor, className);
    }

    /// <summary>The transient name for a document by its kind.</summary>
    /// <exception cref="CdiException">The kind cannot be split.</exception>
    public static string ForTransient(CdiSpec spec, string id)
    {
        (string vendor, string className) = Split(spec);
        return ForTransient(vendor, className, id);
    }

    private static (string Vendor, string Class) Split(CdiSpec spec)
    {
        (string vendor, string className) = QualifiedDeviceName.SplitKind(spec.Kind);
        return vendor.Length > 0 ? (vendor, className) : throw new CdiException(CdiErrorReason.InvalidName, $"invalid vendor/class \"{spec.Kind}\"");
    }
}
