using System.Diagnostics.CodeAnalysis;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Cdi;

/// <summary>Moves a document from the root in which the driver was found to where the container runtime sees it.</summary>
public sealed record DriverRootTransform
{
    /// <summary>Where the driver was found.</summary>
    public string DriverRoot { get; init; } = "/";

    /// <summary>Where the driver lies for the container runtime.</summary>
    public string TargetDriverRoot { get; init; } = "/";

    /// <summary>Where the device nodes were found; null for the driver root.</summary>
    public string? DevRoot { get; init; }

    /// <summary>Where the device nodes lie for the container runtime; null for the target driver root.</summary>
    public string? TargetDevRoot { get; init; }

    /// <summary>Applies the transform; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    public CdiSpec? Apply(CdiSpec? spec)
    {
        string targetDevRoot = TargetDevRoot ?? TargetDriverRoot;
        if (targetDevRoot != TargetDriverRoot)
            spec = new RootTransform(Dev(DevRoot ?? DriverRoot), Dev(targetDevRoot)).Apply(spec);
        return new RootTransform(DriverRoot, TargetDriverRoot).Apply(spec);
    }

    private static string Dev(string root)
    {
        string clean = LexicalPath.Clean(root);
        return LexicalPath.Join(clean.EndsWith("/dev", StringComparison.Ordinal) ? clean[..^4] : clean, "/dev");
    }
}
