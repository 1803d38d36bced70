namespace GpuContainers.Engines;

/// <summary>The runtimes whose settings the NVIDIA runtime inherits.</summary>
internal static class LowLevelRuntimes
{
    /// <summary>The names to look for: the engine's own default unless it is one of the toolkit's, then runc and crun (CT-73).</summary>
    /// <param name="byDefault">The engine's default runtime; null or empty for none.</param>
    internal static IReadOnlyList<string> Names(string? byDefault)
    {
        bool counts = !string.IsNullOrEmpty(byDefault) && !byDefault.StartsWith("nvidia", StringComparison.Ordinal);
        return counts ? [.. new[] { byDefault!, "runc", "crun" }.Distinct()] : ["runc", "crun"];
    }

    /// <summary>The action of CT-125: true for "set", false for "unset".</summary>
    /// <exception cref="EngineException">It is neither.</exception>
    internal static bool IsSet(string action) => action switch
    {
        "set" => true,
        "unset" => false,
        _ => throw new EngineException($"invalid action \"{action}\", valid actions are \"set\" and \"unset\""),
    };

    /// <summary>Paths without empty ones and repeats, in their order (CT-126).</summary>
    internal static IReadOnlyList<string> Paths(IEnumerable<string?> paths) => [.. paths.Where(path => !string.IsNullOrEmpty(path)).Distinct()!];
}
