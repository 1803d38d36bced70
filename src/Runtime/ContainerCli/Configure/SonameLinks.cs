namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>The links beside a library that the loader's cache does not bring (CL-94).</summary>
internal static class SonameLinks
{
    /// <summary>Name and target of the link that belongs beside a library; null for most libraries.</summary>
    internal static (string Name, string Target)? Find(string library) =>
        StartsWith(library, "libcuda.so") ? ("libcuda.so", "libcuda.so.1")
        : StartsWith(library, "libGLX_nvidia.so") ? ("libGLX_indirect.so.0", library)
        : StartsWith(library, "libnvidia-opticalflow.so") ? ("libnvidia-opticalflow.so", "libnvidia-opticalflow.so.1")
        : null;

    private static bool StartsWith(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal);
}
