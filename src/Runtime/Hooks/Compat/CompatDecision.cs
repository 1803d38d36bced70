namespace GpuContainers.Runtime.Hooks.Compat;

/// <summary>Whether the image's compatibility libraries take the place of the host's driver.</summary>
internal static class CompatDecision
{
    /// <summary>Decides.</summary>
    /// <param name="note">The library's note; null when it has none that can be read.</param>
    /// <param name="compat">The library's version; null when its name tells none.</param>
    /// <param name="host">The host driver's version; null when unknown.</param>
    /// <param name="hostCuda">The host driver's CUDA version; null when unknown.</param>
    /// <param name="hostCudaGiven">Whether a CUDA version was given at all, parsable or not.</param>
    internal static bool UseCompat(CompatNote? note, SemanticVersion? compat, SemanticVersion? host, SemanticVersion? hostCuda, bool hostCudaGiven)
    {
        if (note is null)
            return !hostCudaGiven && compat is not null && host is not null && compat.Major > host.Major;
        if (compat is not null && host is not null)
            return note.Drivers.Contains((long)host.Major) && compat.CompareTo(host) > 0;
        return hostCuda is not null && SemanticVersion.Parse(note.CudaVersion) is { } cuda && cuda.CompareTo(hostCuda) > 0;
    }
}
