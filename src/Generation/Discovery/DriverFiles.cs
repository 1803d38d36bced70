using System.Text;
using GpuContainers.Linux;

namespace GpuContainers.Generation.Discovery;

/// <summary>The driver as a container sees it: libraries, sockets, firmware and programs.</summary>
internal static class DriverFiles
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

    // Without "ro", because clients write to sockets (DS-66).
    private static readonly string[] s_socketOptions = ["nosuid", "nodev", "rbind", "rprivate", "noexec"];

    /// <summary>All of it, in NVIDIA's order (GN-20).</summary>
    /// <exception cref="HostException">The driver's version or folders are not known.</exception>
    internal static ContainerEdits Find(HostSearch search)
    {
        RequireVersionAndFolders(search);
        ContainerEdits libraries = Libraries(search);
        var mounts = new List<Mount>(libraries.Mounts);
        if (!search.HasFlag(FeatureFlag.DisableIpc))
            mounts.AddRange(Sockets(search));
        mounts.AddRange(Firmware(search));
        mounts.AddRange(ProgramMounts(search));
        return libraries with { Mounts = mounts };
    }

    // Each step in NVIDIA's words (GN-19, GN-22, DS-35).
    private static void RequireVersionAndFolders(HostSearch search)
    {
        string step = "failed to determine driver version (\"\"): ";
        try
        {
            _ = search.Libraries.Version;
            step = "failed to create discoverer for driver libraries: failed to get libraries for driver version: failed to get driver library locator: " +
                "failed to get libcuda.so parent directory: ";
            _ = search.Libraries.Directories;
        }
        catch (HostException problem)
        {
            throw new HostException(problem.Reason, step + problem.Message);
        }
    }

    // First what is mounted, then the hooks that make it usable, then where libcuda is (GN-21).
    private static ContainerEdits Libraries(HostSearch search)
    {
        search.Begin("driver libraries", ExplanationRules.DriverLibraries);
        string version = search.Libraries.Version;
        search.Decide($"driver version {version}", version == search.Proc.Version ? "told by the loaded kernel module" : "told by the name of its libraries");
        search.SearchedIn(() => search.Libraries.Directories);
        var mounts = new List<Mount>(64);
        AddInside(search, mounts, "*.so." + version, search.Libraries.Locate("*.so." + version, "vdpau"));
        // This library carries its own version instead of the driver's (DS-68).
        search.AddMounts(mounts, "libnvidia-nvvm70.so.*", search.Libraries.Locate("libnvidia-nvvm70.so.*"));
        if (search.HasFlag(FeatureFlag.ExplicitDriverLibraries))
        {
            foreach (string name in s_explicit)
                search.AddMounts(mounts, name, search.Libraries.Locate(name));
        }
        if (search.HasFlag(FeatureFlag.Compat32))
            NarrowLibraries.Add(search, mounts);
        List<Hook> hooks =
        [
            .. search.Hooks.CreateSymlinks(LibraryLinks.Find(search, mounts)),
            .. search.Hooks.Create(HookName.EnableCudaCompat, ["--host-driver-version=" + version]),
        ];
        IReadOnlyList<string> folders = LibraryFolderNames.Find(mounts);
        if (folders.Count > 0)
            hooks.AddRange(search.Hooks.UpdateLdcache(folders));
        hooks.AddRange(search.Hooks.Create(HookName.DisableDeviceNodeModification, []));
        string libraryFolders = "NVIDIA_CTK_LIBCUDA_DIR=" + string.Join(':', search.Libraries.Directories);
        search.Decide("variable " + libraryFolders, "the folders of the driver's libraries");
        return new ContainerEdits { Mounts = mounts, Hooks = hooks, Env = [libraryFolders] };
    }

    // What links lead to outside the root is mounted only if the root has it too (DS-67).
    private static void AddInside(HostSearch search, List<Mount> mounts, string wanted, IReadOnlyList<string> found)
    {
        search.Note(wanted, found);
        foreach (string path in found)
        {
            string inside = search.Root.Relative(path);
            string hostPath = search.Root.Join(inside);
            if (hostPath == path || search.Files.IsFile(hostPath))
                HostSearch.AddMount(mounts, hostPath, inside);
        }
    }

    // A folder of that name is not a socket (DS-62 to DS-64).
    private static List<Mount> Sockets(HostSearch search)
    {
        search.Begin("sockets", ExplanationRules.Sockets);
        search.SearchedIn(() => [search.Root.Join("/run"), search.Root.Join("/var/run"), search.Root.Join("/tmp")]);
        var mounts = new List<Mount>();
        foreach (string socket in (ReadOnlySpan<string>)["/nvidia-persistenced/socket", "/nvidia-fabricmanager/socket"])
            search.AddMounts(mounts, socket, First(search, "/run" + socket, "/var/run" + socket), s_socketOptions);
        search.AddMounts(mounts, "/tmp/nvidia-mps", First(search, "/tmp/nvidia-mps"), s_socketOptions);
        return mounts;
    }

    private static IReadOnlyList<string> First(HostSearch search, params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            string hostPath = search.Root.Join(path);
            if (search.Files.IsFile(hostPath))
                return [hostPath];
        }
        return [];
    }

    // All folders that the kernel searches contribute, the one given on its command line first (DS-70).
    private static List<Mount> Firmware(HostSearch search)
    {
        search.Begin("firmware", ExplanationRules.Firmware);
        var folders = new List<string>();
        string custom = SystemText(search, "/sys/module/firmware_class/parameters/path");
        if (custom.Length > 0)
            folders.Add(custom);
        string release = SystemText(search, "/proc/sys/kernel/osrelease");
        folders.AddRange([$"/lib/firmware/updates/{release}", "/lib/firmware/updates", $"/lib/firmware/{release}", "/lib/firmware"]);
        search.SearchedIn(() => folders.Select(search.Root.Join));
        string pattern = $"nvidia/{search.Libraries.Version}/gsp*.bin";
        var found = new List<string>();
        foreach (string folder in folders)
            found.AddRange(search.Files.Glob(search.Root.Join(folder), pattern).Where(search.Files.IsFile));
        var mounts = new List<Mount>();
        search.AddMounts(mounts, pattern, found);
        return mounts;
    }

    private static List<Mount> ProgramMounts(HostSearch search)
    {
        search.Begin("programs", ExplanationRules.Programs);
        search.SearchedIn(() => search.Programs.Folders);
        var mounts = new List<Mount>();
        foreach (string name in s_programs)
            search.AddMounts(mounts, name, search.Programs.Locate(name) is { } path ? [path] : []);
        return mounts;
    }

    private static string SystemText(HostSearch search, string path)
    {
        if (HostFile.TryReadAll(LexicalPath.Join(search.Host.SystemRoot, path), 4096, out byte[] text, out Errno error))
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
        foreach (Mount mount in mounts)
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
