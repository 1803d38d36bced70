namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>Which version of CDI an engine reads: that of the library in it, by its release.</summary>
internal static class EngineCdi
{
    // From this version of the engine on, specifications up to that version are read. That Podman 4.9 refuses 0.7.0 is what users report; the other rows
    // are what the CDI library of the time knows, and have not been measured with the engines.
    private static readonly (string Kind, string From, string Highest)[] s_known =
    [
        ("podman", "4.1.0", "0.5.0"), ("podman", "4.7.0", "0.6.0"), ("podman", "5.1.0", "0.7.0"), ("podman", "5.2.0", "0.8.0"), ("podman", "5.5.0", "1.0.0"),
        ("docker", "25.0.0", "0.6.0"), ("docker", "27.0.0", "0.7.0"), ("docker", "28.0.0", "0.8.0"), ("docker", "28.2.0", "1.0.0"),
        ("containerd", "1.7.0", "0.5.0"), ("containerd", "2.0.0", "0.8.0"), ("containerd", "2.1.0", "1.0.0"),
        ("crio", "1.23.0", "0.3.0"), ("crio", "1.28.0", "0.6.0"), ("crio", "1.30.0", "0.7.0"), ("crio", "1.31.0", "0.8.0"), ("crio", "1.33.0", "1.0.0"),
    ];

    /// <summary>The highest version that an engine reads; null when its release is not known.</summary>
    public static string? Highest(EngineFacts engine)
    {
        if (!System.Version.TryParse(engine.Version, out Version? version))
            return null;
        string? highest = null;
        foreach ((string kind, string from, string known) in s_known)
        {
            if (kind == engine.Kind && version >= System.Version.Parse(from))
                highest = known;
        }
        return highest;
    }
}
