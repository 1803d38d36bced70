using System.Runtime.InteropServices;
using System.Text;
using GpuContainers.Elf;
using GpuContainers.Host.Driver;

namespace GpuContainers.Generation.Discovery;

/// <summary>The driver as a container sees it: libraries, sockets, firmware and programs.</summary>
/// <param name="host">The machine.</param>
/// <param name="root">Where the driver is.</param>
/// <param name="libraries">Its libraries.</param>
/// <param name="programs">Its programs.</param>
/// <param name="flags">The feature flags that are on.</param>
/// <param name="hooks">Makes the hooks.</param>
/// <param name="notes">Takes notes of the search.</param>
internal sealed class DriverFiles(
    HostContext host, DriverRoot root, DriverLibraries libraries, Programs programs, IReadOnlyList<string> flags, HookCreator hooks, SearchNotes notes)
{
    // Libraries without the driver's version in their names, only on request (DS-69).
    private static readonly string[] s_explicit =
    [
        "libEGL.so", "libGL.so", "libGLESv1_CM.so", "libGLESv2.so", "libGLX.so", "libGLdispatch.so", "libOpenCL.so", "libOpenGL.so", "libnvidia-api.so",
        "libnvidia-egl-xcb.so", "libnvidia-egl-xlib.so",
    ];

    // The order of the programs is that of the mounts (DS-71).
    private static readonly string[] s_programs =
    [
        "nvidia-smi", "nvidia-debugdump", "nvidia-persistenced", "nvidia-cuda-mps-control", "nvidia-cuda-mps-server", "nvidia-imex", "nvidia-imex-ctl",
    ];

    // Below /run, or /var/run (DS-62, DS-63).
    private static readonly string[] s_sockets = ["/nvidia-persistenced/socket", "/nvidia-fabricmanager/socket"];
    private const string MpsPipes = "/tmp/nvidia-mps";

    // Without "ro", because clients write to sockets (DS-66).
    private static readonly string[] s_socketOptions = ["nosuid", "nodev", "rbind", "rprivate", "noexec"];

    /// <summary>All of it, in NVIDIA's order (GN-20).</summary>
    /// <exception cref="HostException">The driver's version or folders are not known.</exception>
    internal ContainerEdits Find()
    {
        RequireVersionAndFolders();
        ContainerEdits edits = Libraries();
        var mounts = new List<Mount>(edits.Mounts);
        if (!flags.Contains(FeatureFlag.DisableIpc))
            mounts.AddRange(Sockets());
        mounts.AddRange(Firmware());
        mounts.AddRange(ProgramMounts());
        return edits with { Mounts = mounts };
    }

    /// <summary>Looks at all that can be found before the folders of libraries are listed; the answers are kept for <see cref="Find"/>.</summary>
    internal void LookAhead()
    {
        foreach (string name in s_programs)
            _ = programs.Locate(name);
        if (!flags.Contains(FeatureFlag.DisableIpc))
        {
            foreach (string socket in s_sockets)
                _ = Socket(socket);
            _ = First(MpsPipes);
        }
        // The folders are those of Firmware, unless the libraries are of another version, which is an error.
        if (host.Proc.Version is not { } version)
            return;
        foreach (string folder in FirmwareFolders)
            _ = root.Files.List(root.Join($"{folder}/nvidia/{version}"));
    }

    // Each step in NVIDIA's words (GN-19, GN-22, DS-35).
    private void RequireVersionAndFolders()
    {
        string step = "failed to determine driver version (\"\"): ";
        try
        {
            _ = libraries.Version;
            step = "failed to create discoverer for driver libraries: failed to get libraries for driver version: failed to get driver library locator: " +
                "failed to get libcuda.so parent directory: ";
            _ = libraries.Directories;
        }
        catch (HostException problem)
        {
            throw new HostException(problem.Reason, step + problem.Message);
        }
    }

    // First what is mounted, then the hooks that make it usable, then where libcuda is (GN-21).
    private ContainerEdits Libraries()
    {
        notes.Begin("driver libraries", ExplanationRules.DriverLibraries);
        string version = libraries.Version;
        notes.Decide($"driver version {version}", version == host.Proc.Version ? "told by the loaded kernel module" : "told by the name of its libraries");
        notes.SearchedIn(() => libraries.Directories);
        var mounts = new List<Mount>(64);
        AddInside(mounts, "*.so." + version, libraries.Locate("*.so." + version, "vdpau"));
        // This library carries its own version instead of the driver's (DS-68).
        notes.AddMounts(mounts, "libnvidia-nvvm70.so.*", libraries.Locate("libnvidia-nvvm70.so.*"));
        if (flags.Contains(FeatureFlag.ExplicitDriverLibraries))
        {
            foreach (string name in s_explicit)
                notes.AddMounts(mounts, name, libraries.Locate(name));
        }
        if (flags.Contains(FeatureFlag.Compat32))
            NarrowLibraries.Add(libraries, notes, mounts);
        List<Hook> made =
        [
            .. hooks.CreateSymlinks(LibraryLinks.Find(root.Files, mounts)),
            .. hooks.Create(HookName.EnableCudaCompat, ["--host-driver-version=" + version]),
        ];
        IReadOnlyList<string> folders = LibraryFolderNames.Find(mounts);
        if (folders.Count > 0)
            made.AddRange(hooks.UpdateLdcache(folders));
        made.AddRange(hooks.Create(HookName.DisableDeviceNodeModification, []));
        string libraryFolders = "NVIDIA_CTK_LIBCUDA_DIR=" + string.Join(':', libraries.Directories);
        notes.Decide("variable " + libraryFolders, "the folders of the driver's libraries");
        return new ContainerEdits { Mounts = mounts, Hooks = made, Env = [libraryFolders] };
    }

    // What links lead to outside the root is mounted only if the root has it too (DS-67).
    private void AddInside(List<Mount> mounts, string wanted, IReadOnlyList<string> found)
    {
        notes.Note(wanted, found);
        foreach (string path in found.Items())
        {
            string inside = root.Relative(path);
            string hostPath = root.Join(inside);
            if (hostPath == path || root.Files.IsFile(hostPath))
                SearchNotes.AddMount(mounts, hostPath, inside);
        }
    }

    // A folder of that name is not a socket (DS-62 to DS-64).
    private List<Mount> Sockets()
    {
        notes.Begin("sockets", ExplanationRules.Sockets);
        notes.SearchedIn(() => [root.Join("/run"), root.Join("/var/run"), root.Join("/tmp")]);
        var mounts = new List<Mount>();
        foreach (string socket in s_sockets)
            notes.AddMounts(mounts, socket, Socket(socket), s_socketOptions);
        notes.AddMounts(mounts, MpsPipes, First(MpsPipes), s_socketOptions);
        return mounts;
    }

    private IReadOnlyList<string> Socket(string path) => First("/run" + path, "/var/run" + path);

    private IReadOnlyList<string> First(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            string hostPath = root.Join(path);
            if (root.Files.IsFile(hostPath))
                return [hostPath];
        }
        return [];
    }

    // All folders that the kernel searches, the one given on its command line first (DS-70).
    private string[] FirmwareFolders => field ??= FindFirmwareFolders();

    private string[] FindFirmwareFolders()
    {
        string custom = SystemText("/sys/module/firmware_class/parameters/path"), release = SystemText("/proc/sys/kernel/osrelease");
        string[] usual = [$"/lib/firmware/updates/{release}", "/lib/firmware/updates", $"/lib/firmware/{release}", "/lib/firmware"];
        return custom.Length > 0 ? [custom, .. usual] : usual;
    }

    private List<Mount> Firmware()
    {
        notes.Begin("firmware", ExplanationRules.Firmware);
        notes.SearchedIn(() => FirmwareFolders.Select(root.Join));
        string pattern = $"nvidia/{libraries.Version}/gsp*.bin";
        var found = new List<string>();
        foreach (string folder in FirmwareFolders)
            found.AddRange(root.Files.Glob(root.Join(folder), pattern).Where(root.Files.IsFile));
        var mounts = new List<Mount>();
        notes.AddMounts(mounts, pattern, found);
        return mounts;
    }

    private List<Mount> ProgramMounts()
    {
        notes.Begin("programs", ExplanationRules.Programs);
        notes.SearchedIn(() => programs.Folders);
        var mounts = new List<Mount>();
        foreach (string name in s_programs)
            notes.AddMounts(mounts, name, programs.Locate(name) is { } path ? [path] : []);
        return mounts;
    }

    private string SystemText(string path)
    {
        if (HostFile.TryReadAll(LexicalPath.Join(host.SystemRoot, path), 4096, out byte[] text, out Errno error))
            return Encoding.UTF8.GetString(text).Trim();
        // A kernel without such a setting has no file; one that cannot be read may hide firmware (DS-143).
        if (error is not (Errno.ENOENT or Errno.ENOTDIR))
            Log.Warning($"cannot read {path}: {error.Describe()}; firmware in a folder that it names is left out");
        return "";
    }
}

/// <summary>The container folders that hold mounted libraries: the arguments of <c>update-ldcache</c> (DS-81).</summary>
internal static class LibraryFolderNames
{
    /// <summary>The folders in the order of the mounts, each once.</summary>
    internal static IReadOnlyList<string> Find(IReadOnlyList<Mount> mounts)
    {
        var folders = new List<string>();
        foreach (Mount mount in mounts.Items())
        {
            if (!IsLibrary(LexicalPath.Base(mount.ContainerPath)))
                continue;
            string folder = LexicalPath.Parent(mount.ContainerPath);
            if (!folders.Contains(folder))
                folders.Add(folder);
        }
        return folders;
    }

    // "lib", at least one character, and ".so" at the end or before a dot.
    internal static bool IsLibrary(string name)
    {
        int suffix = name.LastIndexOf(".so", StringComparison.Ordinal);
        return name.StartsWith("lib", StringComparison.Ordinal) && suffix > 3 && (suffix + 3 == name.Length || name[suffix + 3] == '.');
    }
}

/// <summary>The driver's libraries for 32-bit programs, on request: they double the mounts for the few that need them.</summary>
internal static class NarrowLibraries
{
    // Of Debian, of its driver's package, of Arch and Gentoo, and of old installers.
    private static readonly string[] s_folders =
        ["/usr/lib/i386-linux-gnu", "/usr/lib/i386-linux-gnu/nvidia/current", "/usr/lib32", "/lib32"];

    /// <summary>Adds them behind the libraries that are mounted already.</summary>
    internal static void Add(DriverLibraries libraries, SearchNotes notes, List<Mount> mounts)
    {
        var folders = new List<string>(s_folders);
        // Fedora and its kin keep those of 64 bits in lib64, which leaves lib to the others.
        if (libraries.Directories.Any(static folder => folder.EndsWith("/lib64", StringComparison.Ordinal)))
            folders.Add("/usr/lib");
        folders.AddRange([.. folders.Select(static folder => folder + "/vdpau")]);
        string pattern = "*.so." + libraries.Version;
        var found = new List<string>();
        foreach (string path in libraries.Locate(pattern, folders))
        {
            if (!mounts.Exists(mount => mount.HostPath == path) && IsNarrow(path))
                found.Add(path);
        }
        notes.AddMounts(mounts, pattern + " (32-bit)", found);
    }

    // A folder's name proves nothing: a library of another machine in the container's cache would shadow the right one.
    private static bool IsNarrow(string path)
    {
        if (!HostFile.TryOpenRead(path, out Descriptor? file) || file is null)
            return false;
        using (file)
        {
            ushort machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ElfMachine.Arm : ElfMachine.I386;
            return ElfFile.Read(file.ReadAt, file.Status().Size) is { Is64Bit: false } elf && elf.Machine == machine;
        }
    }
}
