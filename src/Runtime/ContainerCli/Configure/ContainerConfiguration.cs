using System.Runtime.InteropServices;
using GpuContainers.Linux.Mounts;
using GpuContainers.Runtime.ContainerCli.Driver;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>All that is needed to configure a container, fixed before the container is entered.</summary>
internal sealed record ConfigurationInputs(
    MountPlan Plan, PreparedSources Sources, DriverProcFiles ProcFiles, CompatMode Compat, LoaderCacheProgram Program, string DriverVersion,
    IReadOnlySet<string> HostMemory);

/// <summary>The work inside the container's mount namespace.</summary>
internal sealed class ContainerConfiguration : IDisposable
{
    private readonly ContainerProcess _process;
    private readonly ConfigurationInputs _inputs;
    private readonly DebugLog _log;
    private ContainerRoot? _root;
    private ContainerChanges? _changes;

    internal ContainerConfiguration(ContainerProcess process, ConfigurationInputs inputs, DebugLog log)
    {
        _process = process;
        _inputs = inputs;
        _log = log;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _changes?.Dispose();
        _root?.Dispose();
    }

    /// <summary>Does the work; when a step fails, nothing stays mounted.</summary>
    /// <exception cref="CliException">A step failed.</exception>
    internal void Apply() => InContainer(() =>
    {
        try
        {
            Work();
        }
        catch (CliException)
        {
            _changes?.Undo();
            throw;
        }
    });

    /// <summary>Takes everything back.</summary>
    internal void Undo() => InContainer(() => _changes?.Undo());

    private void InContainer(Action work)
    {
        try
        {
            ContainerNamespace.Run(_process.MountNamespace, _process.Uid, _process.Gid, work);
        }
        catch (LinuxException error)
        {
            throw new CliException(CliError.Container, error.Message, "the container's mount namespace cannot be used", error);
        }
    }

    private void Work()
    {
        ContainerRoot root = OpenRoot();
        _changes = new ContainerChanges(root, new WritableMounts(root, _inputs.HostMemory), _process.Rootfs);
        ContainerLayout layout = Look(() => ContainerLayout.Find(root));
        using CompatLibraries compat = Look(() => CompatLibraries.Find(root, _inputs.Compat, _inputs.DriverVersion, _log));
        ContainerPath? compatFolder = _inputs.Compat == CompatMode.Ldconfig ? compat.CommonFolder() : null;
        using ContainerDirectory? proc = _inputs.Plan.HasProcFiles ? MountProcFolder() : null;
        MountProfile();
        MakeFolders(layout);
        MountSources(layout, proc);
        if (_inputs.Compat == CompatMode.Mount)
            MountCompat(compat, layout);
        UpdateCache(root, layout, compatFolder);
    }

    private ContainerRoot OpenRoot()
    {
        try
        {
            return _root = ContainerRoot.OpenRefusing(_process.Rootfs);
        }
        catch (LinuxException error)
        {
            throw CliException.From(
                CliError.Container, "open failed", _process.Rootfs, error.Errno, "ROOTFS must be the root that the container's process is about to enter");
        }
    }

    private T Look<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (LinuxException error)
        {
            throw ContainerChanges.FailureOf(CliError.Container, _process.Rootfs, "open failed", error.Path, error.Errno);
        }
    }

    // Steps a and b of the table of driver mounts.
    private ContainerDirectory MountProcFolder()
    {
        ContainerDirectory folder = _changes!.MountMemory(DriverProcFiles.Folder, makes: false);
        _inputs.ProcFiles.WriteTo(folder);
        return folder;
    }

    // Step c.
    private void MountProfile()
    {
        if (_inputs.Plan.VisibleGpus is not { } gpus)
            return;
        using ContainerDirectory folder = _changes!.MountMemory(ApplicationProfile.Folder, makes: true);
        ApplicationProfile.WriteTo(folder, gpus);
    }

    private void MakeFolders(ContainerLayout layout)
    {
        if (_inputs.Plan.HasPrograms)
            _changes!.MakeFolder(ContainerLayout.Programs);
        if (_inputs.Plan.HasLibraries)
            _changes!.MakeFolder(layout.Libraries);
        if (_inputs.Plan.HasLibraries32)
            _changes!.MakeFolder(layout.Libraries32);
    }

    private void MountSources(ContainerLayout layout, ContainerDirectory? proc)
    {
        foreach (PreparedSource source in _inputs.Sources.All)
        {
            PlannedMount plan = source.Plan;
            _log.Info($"mounting {plan.Source}");
            if (plan.Place == MountPlace.DriverProc)
                _changes!.Mount(source.Mount, proc!, plan.Name);
            else
                _changes!.Mount(source.Mount, plan.Place == MountPlace.Path ? plan.Name : $"{layout.FolderOf(plan.Place)}/{plan.Name}");
            bool isLibrary = plan.Place is MountPlace.Libraries or MountPlace.Libraries32;
            if (isLibrary && SonameLinks.Find(plan.Name) is (string name, string target))
                _changes.Link(layout.FolderOf(plan.Place), name, target);
        }
    }

    // Step h: by the handles of the lookup, never by name again (CL-107).
    private void MountCompat(CompatLibraries compat, ContainerLayout layout)
    {
        foreach (CompatLibrary library in compat.All)
        {
            string name = System.Text.Encoding.UTF8.GetString(library.Path.Name);
            if (!DriverNames.Libraries.IsOf(LibraryGroup.Compute | LibraryGroup.Utility, name))
                continue;
            FileStatus status = library.File.Status();
            if (status.Kind != FileKind.Regular)
                throw PreparedSources.SourceMode(status, library.Path.ToString());
            using var mount = PreparedMount.Create(library.File, library.Path.ToString(), MountFlags.ReadOnly | MountFlags.NoDevices | MountFlags.NoSetId);
            _changes!.Mount(mount, $"{layout.Libraries}/{name}");
        }
    }

    private void UpdateCache(ContainerRoot root, ContainerLayout layout, ContainerPath? compatFolder)
    {
        string? program = _inputs.Program.IsOfHost ? _inputs.Program.Path : _inputs.Program.FindIn(root);
        if (program is null)
        {
            _log.Info("the container has no ldconfig: its loader has no cache");
            return;
        }
        List<string> folders = compatFolder is null ? [] : [compatFolder.Value.ToText()];
        folders.AddRange([layout.Libraries, layout.Libraries32]);
        if (_inputs.Program.IsOfHost || LoaderCacheProgram.IsLdconfig(program))
            LoaderCacheUpdate.Run(_process.Rootfs, folders, _log);
        else
            ContainerProgram.Run(_process, program, folders, _log);
    }
}

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
