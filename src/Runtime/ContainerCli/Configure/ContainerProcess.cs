using GpuContainers.Runtime.ContainerCli.Cgroups;
using GpuContainers.Runtime.ContainerCli.CommandLine;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>The container as its process shows it (CL-56 to CL-60, CL-65).</summary>
internal sealed class ContainerProcess : IDisposable
{
    private ContainerProcess(string rootfs) => Rootfs = rootfs;

    /// <summary>The container's root, as its mount namespace sees it before the runtime enters it.</summary>
    internal string Rootfs { get; }

    /// <summary>The namespace that mounts are made in; null for the one of this process.</summary>
    internal Descriptor? MountNamespace { get; private init; }

    /// <summary>Owner of the container's root, and so of everything that is made in it.</summary>
    internal uint Uid { get; private init; }

    /// <summary>Its group.</summary>
    internal uint Gid { get; private init; }

    /// <summary>The group that decides about its devices; null when it is left alone.</summary>
    internal ContainerCgroup? Cgroup { get; private init; }

    /// <inheritdoc/>
    public void Dispose() => MountNamespace?.Dispose();

    /// <summary>Looks at the process.</summary>
    /// <exception cref="CliException">It is gone, or its namespace or group cannot be found.</exception>
    internal static ContainerProcess Open(ConfigureOptions options) => options.Process > 0 ? OpenSupervised(options) : OpenStandalone(options);

    private static ContainerProcess OpenSupervised(ConfigureOptions options)
    {
        string folder = $"/proc/{options.Process}";
        if (!HostFile.TryStatus(folder, followLinks: false, out FileStatus status, out Errno error))
            throw Failure(folder + "/root/", error);
        // The runtime's own mount table, because the container's may not show the cgroups (CL-119).
        string mounts = $"/proc/{(ProcessCredentials.Parent > 0 ? ProcessCredentials.Parent : 1)}/mountinfo";
        if (!HostFile.TryOpenRead(folder + "/ns/mnt", out Descriptor? mountNamespace))
            throw Failure(folder + "/ns/mnt", Errno.ENOENT);
        return new ContainerProcess(options.Rootfs)
        {
            MountNamespace = mountNamespace,
            Uid = status.Uid,
            Gid = status.Gid,
            Cgroup = options.NoCgroups ? null : ContainerCgroup.Find(folder + "/cgroup", mounts, ""),
        };
    }

    // The caller has entered the container's namespaces; its own process stands for the container (CL-57).
    private static ContainerProcess OpenStandalone(ConfigureOptions options)
    {
        string folder = $"{options.Rootfs}/proc/{ProcessCredentials.Parent}";
        return new ContainerProcess(options.Rootfs)
        {
            Uid = ProcessCredentials.EffectiveUser,
            Gid = ProcessCredentials.EffectiveGroup,
            Cgroup = options.NoCgroups ? null : ContainerCgroup.Find(folder + "/cgroup", folder + "/mountinfo", options.Rootfs),
        };
    }

    private static CliException Failure(string path, Errno error) =>
        CliException.From(CliError.Container, "open failed", path, error, "--pid must be the first process of a container that is being created");
}
