using System.Runtime.InteropServices;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Roots;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>Where the driver's files belong in an image (CL-61, CL-62).</summary>
/// <param name="Libraries">The folder of libraries.</param>
/// <param name="Libraries32">The folder of 32-bit libraries.</param>
internal sealed record ContainerLayout(string Libraries, string Libraries32)
{
    /// <summary>The folder of programs.</summary>
    internal const string Programs = "/usr/bin";

    /// <summary>Looks at the image.</summary>
    /// <exception cref="LinuxException">A link of the image leads out of it.</exception>
    internal static ContainerLayout Find(ContainerRoot root)
    {
        bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        using Descriptor? debian = Find(root, "/etc/debian_version");
        if (debian is not null)
            return isArm ? new("/usr/lib/aarch64-linux-gnu", "/var/empty") : new("/usr/lib/x86_64-linux-gnu", "/usr/lib/i386-linux-gnu");
        using Descriptor? own = Find(root, "/usr/lib32");
        using Descriptor? plain = own is null ? Find(root, "/usr/lib") : null;
        using Descriptor? wide = plain is null ? null : Find(root, "/usr/lib64");
        bool isApart = plain is not null && !(wide is not null && wide.Status().IsSameFile(plain.Status()));
        return new ContainerLayout("/usr/lib64", isApart ? "/usr/lib" : "/usr/lib32");
    }

    /// <summary>The folder of a place.</summary>
    internal string FolderOf(MountPlace place) => place switch
    {
        MountPlace.Programs => Programs,
        MountPlace.Libraries => Libraries,
        MountPlace.Libraries32 => Libraries32,
        _ => "",
    };

    private static Descriptor? Find(ContainerRoot root, string path)
    {
        if (root.TryLookup(ContainerPath.From(path), followLast: true, out Descriptor? entry, out Errno error))
            return entry;
        return error is Errno.ENOENT or Errno.ENOTDIR ? null : throw new LinuxException(error, "look up", path);
    }
}
