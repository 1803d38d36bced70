namespace GpuContainers.Host.Devices;

/// <summary>The driver's control devices.</summary>
/// <param name="majors">The majors of this host.</param>
/// <param name="dryRun">Only report.</param>
public sealed class ControlDevices(DeviceMajors majors, bool dryRun)
{
    /// <summary>Name, major's name and minor of each, in the order in which they are made.</summary>
    public static IReadOnlyList<(string Name, string Major, uint Minor)> All { get; } =
    [
        ("nvidiactl", "nvidia", 255),
        ("nvidia-modeset", "nvidia", 254),
        ("nvidia-uvm", "nvidia-uvm", 0),
        ("nvidia-uvm-tools", "nvidia-uvm", 1),
    ];

    /// <summary>Whether a character device with other numbers is replaced.</summary>
    public bool ReplacesStale { get; init; }

    /// <summary>Makes those that are missing below a root's dev.</summary>
    /// <exception cref="HostException">The first that cannot be made ends the work; those made before stay.</exception>
    public void Create(string devRoot)
    {
        Log.Info($"Creating control device nodes at {devRoot}");
        foreach ((string name, string majorName, uint minor) in All)
        {
            try
            {
                // Nodes made before stay: they are right (CT-157).
                uint major = majors.Find(majorName) ?? throw new HostException("failed to determine major: invalid device node");
                Create(LexicalPath.Join(devRoot, "dev", name), major, minor);
            }
            catch (Exception failure) when (failure is LinuxException or HostException)
            {
                throw new HostException(
                    $"failed to create NVIDIA control device nodes: failed to create device node {name}: {failure.Message}");
            }
        }
    }

    private void Create(string path, uint major, uint minor)
    {
        if (dryRun)
        {
            // Without a look whether it exists (CT-155).
            Log.Info($"Running: mknod --mode=0666 {path} c {major} {minor}");
            return;
        }
        if (HostFile.TryStatus(path, followLinks: true, out FileStatus status))
        {
            if (!MustReplace(path, status, major, minor))
                return;
            Errno error = HostFile.Delete(path);
            if (error != Errno.None)
                throw new LinuxException(error, "unlink", path);
        }
        HostNodes.CreateCharacterDevice(path, major, minor, FileModes.SharedFile);
    }

    // What is there stays, but what cannot work is said (CT-153).
    private bool MustReplace(string path, FileStatus status, uint major, uint minor)
    {
        bool isDevice = status.Kind == FileKind.CharacterDevice;
        if (isDevice && status.Major == major && status.Minor == minor)
        {
            Log.Info($"Skipping: {path} already exists");
            return false;
        }
        string found = isDevice ? $"character device {status.Major}:{status.Minor}" : Describe(status.Kind);
        bool replaces = isDevice && ReplacesStale;
        string cure = replaces ? "replacing it" : isDevice ? "remove it or use --replace-stale-nodes" : "remove it";
        if (!replaces)
            Log.Info($"Skipping: {path} already exists");
        Log.Warning($"{path} is {found}, but the loaded driver needs character device {major}:{minor}; {cure}");
        return replaces;
    }

    private static string Describe(FileKind kind) => kind switch
    {
        FileKind.Regular => "a regular file",
        FileKind.Directory => "a directory",
        FileKind.BlockDevice => "a block device",
        FileKind.Pipe => "a pipe",
        _ => "no device",
    };
}
