namespace GpuContainers.Cdi;

/// <summary>The codes of findings. They are stable: a code that is no longer used is not given a new meaning.</summary>
public static class FindingCode
{
    /// <summary>The file or folder cannot be read.</summary>
    public const string Unreadable = "CDI001";

    /// <summary>The text is no YAML or JSON.</summary>
    public const string Syntax = "CDI002";

    /// <summary>An unknown or repeated member, or a value of the wrong type.</summary>
    public const string Structure = "CDI003";

    /// <summary>There is no document in the file.</summary>
    public const string Empty = "CDI004";

    /// <summary>A rule of the format is broken.</summary>
    public const string Invalid = "CDI005";

    /// <summary>A member occurs in several spellings.</summary>
    public const string Spelling = "CDI101";

    /// <summary>An annotation breaks the rules that no reader enforces.</summary>
    public const string Annotation = "CDI102";

    /// <summary>A hook has no environment of its own and inherits the container's (CVE-2025-23266).</summary>
    public const string InheritedEnvironment = "CDI103";

    /// <summary>Others than root can change a file that takes part in starting containers.</summary>
    public const string Writable = "CDI104";

    /// <summary>A path on the host does not exist.</summary>
    public const string MissingPath = "CDI105";

    /// <summary>A declared device node differs from the host's.</summary>
    public const string OtherNode = "CDI106";

    /// <summary>The declared version is lower than what the document uses.</summary>
    public const string LowVersion = "CDI107";

    /// <summary>Two files define the same device.</summary>
    public const string Conflict = "CDI108";
}
