using System.Runtime.InteropServices;

namespace GpuContainers.Generation.Discovery;

/// <summary>Libraries, X.Org modules and configuration files for graphics.</summary>
internal static class GraphicsFiles
{
    private static readonly string[] s_platformLibraries =
    [
        "libnvidia-egl-gbm.so.*.*", "libnvidia-egl-wayland.so.*.*", "libnvidia-egl-wayland2.so.*.*", "libnvidia-egl-xcb.so.*.*", "libnvidia-egl-xlib.so.*.*",
    ];

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
    internal static ContainerEdits Find(HostSearch search)
    {
        search.Begin("graphics libraries", ExplanationRules.GraphicsLibraries);
        search.SearchedIn(() => search.Libraries.Folders.Searched);
        var libraries = new List<Mount>();
        foreach (string pattern in s_platformLibraries)
            search.AddMounts(libraries, pattern, search.Libraries.Folders.Locate(pattern));
        AddVersioned(search, libraries);
        var mounts = new List<Mount>(libraries.Count + 16);
        // The allocator itself is among the driver's libraries; here it only gives its link (DS-54).
        string allocator = "libnvidia-allocator.so." + search.Libraries.Version;
        mounts.AddRange(libraries.FindAll(mount => LexicalPath.Base(mount.ContainerPath) != allocator));
        search.AddMounts(mounts, "nvidia-xconfig", search.Programs.Locate("nvidia-xconfig") is { } program ? [program] : []);
        AddConfigFiles(search, mounts);
        AddVulkanFiles(search, mounts);
        return new ContainerEdits { Mounts = mounts, Hooks = search.Hooks.CreateSymlinks(LinksOf(libraries, search.Libraries.Version)) };
    }

    private static void AddVersioned(HostSearch search, List<Mount> mounts)
    {
        string version = search.Libraries.Version;
        IReadOnlyList<string> directories = search.Libraries.Directories;
        foreach (string name in (ReadOnlySpan<string>)["libnvidia-allocator.so." + version, "libnvidia-vulkan-producer.so." + version])
            search.AddMounts(mounts, name, search.Libraries.Folders.Locate(name));
        search.Begin("X.Org modules", ExplanationRules.XorgModules);
        List<string> folders = ModuleFolders(search, directories);
        search.SearchedIn(() => folders);
        foreach (string name in (ReadOnlySpan<string>)["nvidia_drv.so", "libglxserver_nvidia.so." + version])
        {
            string? found = folders.ConvertAll(folder => LexicalPath.Join(folder, name)).Find(search.Files.IsFile);
            search.AddMounts(mounts, name, found is null ? [] : [found]);
        }
    }

    // Only folders that exist are kept: two names are then looked for in few of them.
    private static List<string> ModuleFolders(HostSearch search, IReadOnlyList<string> directories)
    {
        var folders = new List<string>();
        void Add(string folder)
        {
            string path = search.Root.Join(folder);
            if (!folders.Contains(path) && search.Files.List(path).Count > 0)
                folders.Add(path);
        }
        foreach (string directory in directories)
        {
            Add(LexicalPath.Join(directory, "nvidia/xorg"));
            foreach (string folder in s_moduleFolders)
                Add(LexicalPath.Join(directory, "xorg", folder));
            foreach (string module in s_moduleBases)
            {
                foreach (string folder in s_moduleFolders)
                    Add(LexicalPath.Join(module, folder));
            }
        }
        return folders;
    }

    // Wherever the file was found, it gets its place in the container (DS-49, DS-57).
    private static void AddConfigFiles(HostSearch search, List<Mount> mounts)
    {
        search.Begin("graphics configuration", ExplanationRules.GraphicsConfiguration);
        search.SearchedIn(() => search.ConfigFiles.Folders);
        foreach ((string file, string containerRoot) in s_files)
            Add(search, mounts, file, containerRoot, alsoBelowRoot: false);
    }

    private static void AddVulkanFiles(HostSearch search, List<Mount> mounts)
    {
        search.Begin("Vulkan configuration", ExplanationRules.VulkanConfiguration);
        search.SearchedIn(() => [.. search.ConfigFiles.Folders, search.Root.Path]);
        string? architecture = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "vulkan/icd.d/nvidia_icd.x86_64.json",
            Architecture.Arm64 => "vulkan/icd.d/nvidia_icd.aarch64.json",
            _ => null,
        };
        foreach (string file in s_vulkan)
            Add(search, mounts, file, "/etc", alsoBelowRoot: true);
        if (architecture is not null)
            Add(search, mounts, architecture, "/etc", alsoBelowRoot: true);
    }

    private static void Add(HostSearch search, List<Mount> mounts, string file, string containerRoot, bool alsoBelowRoot)
    {
        string? found = search.ConfigFiles.Locate(file, alsoBelowRoot);
        search.Note(file, found);
        if (found is not null)
            HostSearch.AddMount(mounts, found, LexicalPath.Join(containerRoot, file));
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
