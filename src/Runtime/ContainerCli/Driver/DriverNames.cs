namespace GpuContainers.Runtime.ContainerCli.Driver;

/// <summary>A name that files of the driver begin with, and what they are for.</summary>
internal readonly record struct DriverName(LibraryGroup Group, string Name);

/// <summary>The fixed lists of names of legacy mode, in the order in which they are printed and mounted (CL-28, CL-36).</summary>
internal static class DriverNames
{
    internal static readonly DriverName[] Libraries =
    [
        .. Named(LibraryGroup.Utility, "libnvidia-ml.so", "libnvidia-cfg.so", "libnvidia-nscq.so"),
        .. Named(
            LibraryGroup.Compute, "libcuda.so", "libcudadebugger.so", "libnvidia-opencl.so", "libnvidia-gpucomp.so", "libnvidia-ptxjitcompiler.so",
            "libnvidia-fatbinaryloader.so", "libnvidia-allocator.so", "libnvidia-compiler.so", "libnvidia-pkcs11.so", "libnvidia-pkcs11-openssl3.so",
            "libnvidia-nvvm.so", "libnvidia-tileiras.so"),
        .. Named(LibraryGroup.Ngx, "libnvidia-ngx.so"),
        .. Named(LibraryGroup.Video, "libvdpau_nvidia.so", "libnvidia-encode.so", "libnvidia-opticalflow.so", "libnvcuvid.so"),
        .. Named(
            LibraryGroup.Graphics, "libnvidia-eglcore.so", "libnvidia-glcore.so", "libnvidia-tls.so", "libnvidia-glsi.so", "libnvidia-fbc.so",
            "libnvidia-ifr.so", "libnvidia-rtcore.so", "libnvoptix.so", "libGLX_nvidia.so", "libEGL_nvidia.so", "libGLESv2_nvidia.so",
            "libGLESv1_CM_nvidia.so", "libnvidia-glvkspirv.so", "libnvidia-cbl.so"),
        .. Named(LibraryGroup.DxCore, "libdxcore.so"),
    ];

    internal static readonly DriverName[] Programs =
    [
        .. Named(LibraryGroup.Utility, "nvidia-smi", "nvidia-debugdump", "nvidia-persistenced", "nv-fabricmanager"),
        .. Named(LibraryGroup.Compute, "nvidia-cuda-mps-control", "nvidia-cuda-mps-server"),
    ];

    /// <summary>Whether a file's name begins with a name of one of the groups (CL-91).</summary>
    internal static bool IsOf(this DriverName[] names, LibraryGroup groups, string fileName)
    {
        foreach (DriverName name in names)
        {
            if ((name.Group & groups) != 0 && fileName.StartsWith(name.Name, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static DriverName[] Named(LibraryGroup group, params string[] names) => Array.ConvertAll(names, name => new DriverName(group, name));
}

/// <summary>What the driver's files are for.</summary>
[Flags]
internal enum LibraryGroup
{
    None = 0,
    Utility = 1,
    Compute = 2,
    Ngx = 4,
    Video = 8,
    Graphics = 16,
    DxCore = 32,
}
