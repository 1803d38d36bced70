using GpuContainers.Host.Driver;
using GpuContainers.Host.Gpus;

namespace GpuContainers.Host;

/// <summary>Which platform a host is. Nothing is loaded for it, and it stops at the first fact that decides.</summary>
public static class Platform
{
    private const long MaximumSize = 1 << 12;

    /// <summary>Tells the platform.</summary>
    /// <param name="root">Where to look; a host's own root for the choice of a runtime mode, the driver root for generation.</param>
    /// <param name="proc">The kernel module's own words.</param>
    /// <param name="dxcore">The library of WSL.</param>
    public static PlatformKind Resolve(DriverRoot root, NvidiaProc proc, DxCoreLibrary dxcore) => Resolve(root, proc, dxcore, out _);

    /// <summary>Tells the platform, and the fact that decided.</summary>
    public static PlatformKind Resolve(DriverRoot root, NvidiaProc proc, DxCoreLibrary dxcore, out string fact)
    {
        (PlatformKind platform, fact) = Decide(root, proc, dxcore);
        string told = fact;
        Log.Debug($"platform {platform}: {told}");
        return platform;
    }

    private static (PlatformKind Platform, string Fact) Decide(DriverRoot root, NvidiaProc proc, DxCoreLibrary dxcore)
    {
        if (dxcore.Find(root) is not null)
            return (PlatformKind.Wsl, DxCoreLibrary.Name);
        // A GPU that is part of the chip always has index 0 (GN-32), so one look is enough.
        if (proc.Gpus().FirstOrDefault() is { IsIntegrated: true } gpu)
            return (PlatformKind.Tegra, gpu.Name);
        bool isTegra = IsTegra(root);
        // With the files of a Tegra and a driver library, the library is that of the chip unless the kernel lists discrete GPUs.
        if (isTegra && !proc.Gpus().Any())
            return (PlatformKind.Tegra, "tegra files");
        return HasLibrary(root, "libnvidia-ml.so.1") ? (PlatformKind.Nvml, "libnvidia-ml.so.1")
            : isTegra ? (PlatformKind.Tegra, "tegra files") : (PlatformKind.Unknown, "neither a driver library nor the files of another platform");
    }

    /// <summary>Whether the root has a library that a program could open by this name.</summary>
    public static bool HasLibrary(DriverRoot root, string name) => FindLibrary(root, name) is not null;

    /// <summary>The library of the root that a program could open by this name; null when there is none.</summary>
    internal static string? FindLibrary(DriverRoot root, string name)
    {
        if (root.Path != "/")
        {
            foreach (string folder in (ReadOnlySpan<string>)[
                "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib64", "/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu"])
            {
                if (root.Resolve(LexicalPath.Join(root.Join(folder), name)) is { } path)
                    return path;
            }
        }
        return new LoaderLibraries(root.Path == "/" ? root : new DriverRoot(root.Files)).Find(name);
    }

    /// <summary>Whether the root has the files of a Tegra system: its release, else the family of the chip.</summary>
    public static bool IsTegra(DriverRoot root)
    {
        if (root.Files.IsFile(root.Join("/etc/nv_tegra_release")))
            return true;
        string file = root.Join("/sys/devices/soc0/family");
        string family = root.Files.Once(file, () => HostFile.TryReadAll(file, MaximumSize, out byte[] text, out _) ? Encoding.UTF8.GetString(text) : "");
        return family.StartsWith("tegra", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>What sort of GPU host this is.</summary>
public enum PlatformKind
{
    /// <summary>None of the others was recognised.</summary>
    Unknown,

    /// <summary>The NVIDIA driver for discrete GPUs.</summary>
    Nvml,

    /// <summary>A Tegra chip with its own GPU.</summary>
    Tegra,

    /// <summary>The Windows Subsystem for Linux.</summary>
    Wsl,
}
