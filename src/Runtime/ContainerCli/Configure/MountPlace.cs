using GpuContainers.Linux.Mounts;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>Where in a container something is mounted; some folders are the image's choice (CL-61, CL-62).</summary>
internal enum MountPlace
{
    /// <summary>At a path of its own.</summary>
    Path,

    /// <summary>In the folder of programs.</summary>
    Programs,

    /// <summary>In the folder of libraries.</summary>
    Libraries,

    /// <summary>In the folder of 32-bit libraries.</summary>
    Libraries32,

    /// <summary>In the driver's own folder of procfs.</summary>
    DriverProc,
}

/// <summary>A file, node or folder of the host that a container gets.</summary>
/// <param name="Source">Its path below the driver's root, without it.</param>
/// <param name="Place">Where it goes.</param>
/// <param name="Name">The path, or the name in the place's folder.</param>
/// <param name="Flags">The mount's flags.</param>
internal sealed record PlannedMount(string Source, MountPlace Place, string Name, MountFlags Flags);
