namespace GpuContainers.Cdi;

/// <summary>How documents are checked and folders are read; the defaults are those of NVIDIA's toolkit.</summary>
public sealed record CdiOptions
{
    /// <summary>The toolkit's behaviour.</summary>
    public static readonly CdiOptions Default = new();

    /// <summary>A check of the application's own, run before the built-in ones on reading and writing: the problem, or null.</summary>
    public Func<CdiSpec, string?>? Validator { get; init; }

    /// <summary>Whether the device permissions "none" are valid.</summary>
    public bool PermissionsNone { get; init; }

    /// <summary>Whether an empty list of folders stands for the default folders; else for none.</summary>
    public bool EmptyMeansDefault { get; init; }

    /// <summary>Whether a configured folder that is a file is left unread; else it is read as a document.</summary>
    public bool FoldersOnly { get; init; }

    /// <summary>Whether the folders are looked at again before each question; else only <see cref="CdiRegistry.Refresh"/> reads them.</summary>
    public bool AutoRefresh { get; init; }
}
