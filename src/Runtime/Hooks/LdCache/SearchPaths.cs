using System.Runtime.InteropServices;

namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>The directories that the container's own dynamic loader searches by itself (HK-68).</summary>
internal static class SearchPaths
{
    /// <summary>Whether this machine is a 64-bit ARM one; else it is x86-64.</summary>
    internal static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>
    /// Debian's folders of libraries for this architecture. A Debian host's ldconfig, which NVIDIA's toolkit runs, has them built in, whatever the container
    /// is:
    /// an
    /// image made of Debian's files that does not say so still finds its C library through the cache (HK-72).
    /// </summary>
    internal static IReadOnlyList<byte[]> OfDebian => IsArm
        ? ["/lib/aarch64-linux-gnu"u8.ToArray(), "/usr/lib/aarch64-linux-gnu"u8.ToArray()]
        : ["/lib/x86_64-linux-gnu"u8.ToArray(), "/usr/lib/x86_64-linux-gnu"u8.ToArray()];

    /// <summary>The directories, by the container's distribution.</summary>
    internal static List<byte[]> Read(ContainerRoot root)
    {
        bool isDebian = root.IsFile(ContainerPath.From("/etc/debian_version"u8));
        string[] names = (isDebian, IsArm) switch
        {
            (true, false) => ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"],
            (true, true) => ["/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib", "/usr/lib"],
            (false, false) => ["/lib", "/usr/lib", "/lib64", "/usr/lib64", "/libx32", "/usr/libx32"],
            (false, true) => ["/lib", "/usr/lib", "/lib64", "/usr/lib64"],
        };
        var paths = new List<byte[]>();
        foreach (string name in names)
            paths.Add(Encoding.ASCII.GetBytes(name));
        return paths;
    }
}
