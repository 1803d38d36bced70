using GpuContainers.Linux.Mounts;
using GpuContainers.Runtime.ContainerCli.Driver;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>A planned mount whose source is fixed.</summary>
internal sealed record PreparedSource(PlannedMount Plan, PreparedMount Mount);

/// <summary>The sources of all mounts, opened before anything of the container is looked at, so that nothing in it can change them (NL-13).</summary>
internal sealed class PreparedSources : IDisposable
{
    private readonly List<PreparedSource> _sources = [];

    internal IReadOnlyList<PreparedSource> All => _sources;

    /// <inheritdoc/>
    public void Dispose() => _sources.ForEach(source => source.Mount.Dispose());

    /// <summary>Opens them.</summary>
    /// <exception cref="CliException">One is missing, or is not what it has to be.</exception>
    internal static PreparedSources Open(DriverHost host, MountPlan plan)
    {
        var sources = new PreparedSources();
        try
        {
            foreach (PlannedMount mount in plan.Mounts)
                sources._sources.Add(new PreparedSource(mount, Open(host, mount)));
            return sources;
        }
        catch (CliException)
        {
            sources.Dispose();
            throw;
        }
    }

    private static PreparedMount Open(DriverHost host, PlannedMount plan)
    {
        PreparedMount mount;
        try
        {
            mount = PreparedMount.Create(host.PathOf(plan.Source), plan.Flags);
        }
        catch (LinuxException error)
        {
            throw CliException.From(
                CliError.Mount, "stat failed", plan.Source, error.Errno,
                "the driver's installation is not complete: check that nvidia-smi works on this host");
        }
        bool isFile = plan.Place is MountPlace.Programs or MountPlace.Libraries or MountPlace.Libraries32;
        if (!isFile || mount.Source.Kind == FileKind.Regular)
            return mount;
        mount.Dispose();
        throw SourceMode(mount.Source, plan.Source);
    }

    /// <summary>The error for a source that is not a regular file (CL-91).</summary>
    internal static CliException SourceMode(in FileStatus status, string path)
    {
        uint kind = status.Kind switch
        {
            FileKind.Directory => 0x4000,
            FileKind.Link => 0xa000,
            FileKind.Pipe => 0x1000,
            FileKind.Socket => 0xc000,
            FileKind.CharacterDevice => 0x2000,
            FileKind.BlockDevice => 0x6000u,
            _ => 0x8000,
        };
        return new CliException(
            CliError.Mount, $"unexpected source file mode {Convert.ToString(kind | (uint)status.Mode, 8)} for {path}", "it must be a regular file");
    }
}
