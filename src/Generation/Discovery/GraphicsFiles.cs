using System.Runtime.InteropServices;
using GpuContainers.Host.Driver;

namespace GpuContainers.Generation.Discovery;

/// <summary>Libraries, X.Org modules and configuration files for graphics.</summary>
/// <param name="root">Where the driver is.</param>
/// <param name="libraries">Its libraries.</param>
/// <param name="programs">Its programs.</param>
/// <param name="configFiles">Its configuration files.</param>
/// <param name="hooks">Makes the hooks.</param>
/// <param name="notes">Takes notes of the search.</param>
internal sealed class GraphicsFiles(
    DriverRoot root, DriverLibraries libraries, Programs programs, ConfigFiles configFiles, HookCreator hooks, SearchNotes notes)
{
    private static readonly string[] s_platformLibraries =
    [
        "libnvidia-egl-gbm.so.*.*", "libnvidia-egl-wayland.so.*.*", "libnvidia-egl-wayland2.so.*.*", "libnvidia-egl-xcb.so.*.*", "libnvidia-egl-xlib.so.*.*",
    ];

    private const string ConfigProgram = "nvidia-xconfig";

    // Where distributions keep the modules of the X server (DS-53).
    private static readonly string[] s_moduleBases = ["/usr/lib/xorg", "/usr/lib64/xorg", "/usr/X11R6/lib", "/usr/X11R6/lib64"];
    private static readonly string[] s_moduleFolders = ["modules/drivers", "modules/extensions", "modules/updates/drivers", "modules/updates/extensions"];

    // With the folder they get in the container (DS-56).
    private static readonly (string File, string ContainerRoot)[] s_files =
    [
        ("glvnd/egl_vendor.d/10_nvidia.json", "/usr/share"),
        ("egl/egl_external_platform.d/15_nvidia_gbm.json", "/usr/share"),
        ("egl/egl_external_platform.d/10_nvidia_wayland.json", "/usr/share"),
        ("egl/egl_external_platform.d/09_nvidia_wayland2.json", "/usr/share"),
        ("egl/egl_external_platform.d/20_nvidia_xcb.json", "/usr/share"),
        ("egl/egl_external_platform.d/20_nvidia_xlib.json", "/usr/share"),
        ("nvidia/nvoptix.bin", "/usr/share"),
        ("X11/xorg.conf.d/10-nvidia.conf", "/usr/share"),
        ("X11/xorg.conf.d/nvidia-drm-outputclass.conf", "/usr/share"),
        ("OpenCL/vendors/nvidia.icd", "/etc"),
    ];

    private static readonly string[] s_vulkan = [
        "vulkan/icd.d/nvidia_icd.json", "vulkan/icd.d/nvidia_layers.json", "vulkan/implicit_layer.d/nvidia_layers.json"];

    /// <summary>The mounts, and one hook for the links among them (DS-51, DS-55).</summary>
    /// <exception cref="Host.HostException">The driver's version or folders are not known.</exception>
    internal ContainerEdits Find()
    {
        notes.Begin("graphics libraries", ExplanationRules.GraphicsLibraries);
        notes.SearchedIn(() => libraries.Folders.Searched);
        var found = new List<Mount>();
        foreach (string pattern in s_platformLibraries)
            notes.AddMounts(found, pattern, libraries.Folders.Locate(pattern));
        AddVersioned(found);
        var mounts = new List<Mount>(found.Count + 16);
        // The allocator itself is among the driver's libraries; here it only gives its link (DS-54).
        string allocator = "libnvidia-allocator.so." + libraries.Version;
        mounts.AddRange(found.FindAll(mount => LexicalPath.Base(mount.ContainerPath) != allocator));
        notes.AddMounts(mounts, ConfigProgram, programs.Locate(ConfigProgram) is { } program ? [program] : []);
        AddConfigFiles(mounts);
        AddVulkanFiles(mounts);
        return new ContainerEdits { Mounts = mounts, Hooks = hooks.CreateSymlinks(LinksOf(found, libraries.Version)) };
    }

    /// <summary>Looks at all that can be found before the folders of libraries are listed; the answers are kept for <see cref="Find"/>.</summary>
    internal void LookAhead()
    {
        // Libraries are looked for in the root as well (DS-14), so its names may as well answer what follows.
        _ = root.Files.List(root.Path);
        AddUsualModules([]);
        _ = programs.Locate(ConfigProgram);
        foreach ((string file, _) in s_files)
            _ = configFiles.Locate(file);
        foreach (string file in s_vulkan)
            _ = configFiles.Locate(file, alsoBelowRoot: true);
    }

    private void AddVersioned(List<Mount> mounts)
    {
        string version = libraries.Version;
        IReadOnlyList<string> directories = libraries.Directories;
        foreach (string name in (ReadOnlySpan<string>)["libnvidia-allocator.so." + version, "libnvidia-vulkan-producer.so." + version])
            notes.AddMounts(mounts, name, libraries.Folders.Locate(name));
        notes.Begin("X.Org modules", ExplanationRules.XorgModules);
        List<string> folders = ModuleFolders(directories);
        notes.SearchedIn(() => folders);
        foreach (string name in (ReadOnlySpan<string>)["nvidia_drv.so", "libglxserver_nvidia.so." + version])
        {
            string? found = folders.ConvertAll(folder => LexicalPath.Join(folder, name)).Find(root.Files.IsFile);
            notes.AddMounts(mounts, name, found is null ? [] : [found]);
        }
    }

    // Only folders that exist are kept: two names are then looked for in few of them.
    private List<string> ModuleFolders(IReadOnlyList<string> directories)
    {
        var folders = new List<string>();
        foreach (string directory in directories.Items())
        {
            AddModules(folders, LexicalPath.Join(directory, "nvidia/xorg"), [""]);
            AddModules(folders, LexicalPath.Join(directory, "xorg"), s_moduleFolders);
            AddUsualModules(folders);
        }
        return folders;
    }

    private void AddUsualModules(List<string> folders)
    {
        foreach (string parent in s_moduleBases)
            AddModules(folders, parent, s_moduleFolders);
    }

    private void AddModules(List<string> folders, string parent, string[] children)
    {
        if (!root.Files.IsDirectory(root.Join(parent)))
            return;
        foreach (string child in children)
        {
            string path = root.Join(LexicalPath.Join(parent, child));
            if (!folders.Contains(path) && root.Files.List(path).Count > 0)
                folders.Add(path);
        }
    }

    // Wherever the file was found, it gets its place in the container (DS-49, DS-57).
    private void AddConfigFiles(List<Mount> mounts)
    {
        notes.Begin("graphics configuration", ExplanationRules.GraphicsConfiguration);
        notes.SearchedIn(() => configFiles.Folders);
        foreach ((string file, string containerRoot) in s_files)
            Add(mounts, file, containerRoot, alsoBelowRoot: false);
    }

    private void AddVulkanFiles(List<Mount> mounts)
    {
        notes.Begin("Vulkan configuration", ExplanationRules.VulkanConfiguration);
        notes.SearchedIn(() => [.. configFiles.Folders, root.Path]);
        string? architecture = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "vulkan/icd.d/nvidia_icd.x86_64.json",
            Architecture.Arm64 => "vulkan/icd.d/nvidia_icd.aarch64.json",
            _ => null,
        };
        foreach (string file in s_vulkan)
            Add(mounts, file, "/etc", alsoBelowRoot: true);
        if (architecture is not null)
            Add(mounts, architecture, "/etc", alsoBelowRoot: true);
    }

    private void Add(List<Mount> mounts, string file, string containerRoot, bool alsoBelowRoot)
    {
        string? found = configFiles.Locate(file, alsoBelowRoot);
        notes.Note(file, found);
        if (found is not null)
            SearchNotes.AddMount(mounts, found, LexicalPath.Join(containerRoot, file));
    }

    // Programs open these libraries by a name without version, which the driver's installer links on the host (DS-55).
    private static List<string> LinksOf(List<Mount> mounts, string version)
    {
        var links = new List<string>();
        foreach (Mount mount in mounts)
        {
            string name = LexicalPath.Base(mount.ContainerPath);
            string folder = LexicalPath.Parent(mount.ContainerPath);
            if (name == "libnvidia-allocator.so." + version)
                links.Add($"../libnvidia-allocator.so.1::{LexicalPath.Join(folder, "gbm/nvidia-drm_gbm.so")}");
            else if (name == "libnvidia-vulkan-producer.so." + version)
                links.Add($"{name}::{LexicalPath.Join(folder, "libnvidia-vulkan-producer.so")}");
            else if (name == "libglxserver_nvidia.so." + version)
                links.Add($"{name}::{LexicalPath.Join(folder, "libglxserver_nvidia.so")}");
        }
        return links;
    }
}
