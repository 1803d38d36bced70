using GpuContainers.Linux.Files;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Elf;

namespace GpuContainers.Simulator.Tree;

/// <summary>The graphics half of the driver: OpenGL, Vulkan, X.Org, EGL platforms and their configuration.</summary>
internal static class GraphicsTree
{
    private static readonly (string Name, string Soname)[] Libraries =
    [
        ("libEGL_nvidia.so", "libEGL_nvidia.so.0"),
        ("libGLESv1_CM_nvidia.so", "libGLESv1_CM_nvidia.so.1"),
        ("libGLESv2_nvidia.so", "libGLESv2_nvidia.so.2"),
        ("libGLX_nvidia.so", "libGLX_nvidia.so.0"),
        ("libnvidia-eglcore.so", "libnvidia-eglcore.so"),
        ("libnvidia-fbc.so", "libnvidia-fbc.so.1"),
        ("libnvidia-glcore.so", "libnvidia-glcore.so"),
        ("libnvidia-glsi.so", "libnvidia-glsi.so"),
        ("libnvidia-glvkspirv.so", "libnvidia-glvkspirv.so"),
        ("libnvidia-gtk3.so", "libnvidia-gtk3.so"),
        ("libnvidia-ngx.so", "libnvidia-ngx.so.1"),
        ("libnvidia-rtcore.so", "libnvidia-rtcore.so"),
        ("libnvidia-tls.so", "libnvidia-tls.so"),
        ("libnvidia-vulkan-producer.so", "libnvidia-vulkan-producer.so"),
        ("libnvidia-wayland-client.so", "libnvidia-wayland-client.so"),
        ("libnvoptix.so", "libnvoptix.so.1"),
    ];

    // These come from projects of their own, with versions of their own.
    private static readonly (string Name, string Version, string Soname)[] Platforms =
    [
        ("libnvidia-egl-gbm.so", "1.1.2", "libnvidia-egl-gbm.so.1"),
        ("libnvidia-egl-wayland.so", "1.1.19", "libnvidia-egl-wayland.so.1"),
        ("libnvidia-egl-xcb.so", "1.0.1", "libnvidia-egl-xcb.so.1"),
        ("libnvidia-egl-xlib.so", "1.0.1", "libnvidia-egl-xlib.so.1"),
    ];

    private static readonly (string Path, string Text)[] Configuration =
    [
        ("/usr/share/glvnd/egl_vendor.d/10_nvidia.json", """{"file_format_version":"1.0.0","ICD":{"library_path":"libEGL_nvidia.so.0"}}"""),
        ("/usr/share/egl/egl_external_platform.d/10_nvidia_wayland.json",
            """{"file_format_version":"1.0.0","ICD":{"library_path":"libnvidia-egl-wayland.so.1"}}"""),
        ("/usr/share/egl/egl_external_platform.d/15_nvidia_gbm.json", """{"file_format_version":"1.0.0","ICD":{"library_path":"libnvidia-egl-gbm.so.1"}}"""),
        ("/usr/share/egl/egl_external_platform.d/20_nvidia_xcb.json", """{"file_format_version":"1.0.0","ICD":{"library_path":"libnvidia-egl-xcb.so.1"}}"""),
        ("/usr/share/egl/egl_external_platform.d/20_nvidia_xlib.json", """{"file_format_version":"1.0.0","ICD":{"library_path":"libnvidia-egl-xlib.so.1"}}"""),
        ("/usr/share/nvidia/nvoptix.bin", "data of a simulated driver"),
        ("/usr/share/X11/xorg.conf.d/nvidia-drm-outputclass.conf",
            "Section \"OutputClass\"\n    Identifier \"nvidia\"\n    MatchDriver \"nvidia-drm\"\n    Driver \"nvidia\"\nEndSection"),
        ("/etc/OpenCL/vendors/nvidia.icd", "libnvidia-opencl.so.1"),
        ("/usr/share/vulkan/icd.d/nvidia_icd.json", """{"file_format_version":"1.0.1","ICD":{"library_path":"libGLX_nvidia.so.0","api_version":"1.4.303"}}"""),
        ("/usr/share/vulkan/implicit_layer.d/nvidia_layers.json", """{"file_format_version":"1.0.0","layers":[]}"""),
    ];

    internal static void Add(HostTree tree, DriverDescription driver)
    {
        foreach ((string name, string soname) in Libraries)
            DriverTree.AddLibrary(tree, driver, "", name, soname, development: false);
        foreach ((string name, string version, string soname) in Platforms)
        {
            tree.File(DriverLayout.Library(driver, $"{name}.{version}"), new SharedObject(soname).ToBytes(), FileModes.PublicFolder);
            tree.Link(DriverLayout.Library(driver, soname), $"{name}.{version}");
        }
        DriverTree.AddLibrary(tree, driver, "vdpau/", "libvdpau_nvidia.so", "libvdpau_nvidia.so.1", development: false);
        tree.Link(DriverLayout.Library(driver, "gbm/nvidia-drm_gbm.so"), "../libnvidia-allocator.so.1");
        string modules = DriverLayout.OnHost(driver, "/usr/lib/xorg/modules");
        tree.File(modules + "/drivers/nvidia_drv.so", new SharedObject("nvidia_drv.so").ToBytes(), FileModes.PublicFolder);
        string server = $"libglxserver_nvidia.so.{driver.Version}";
        tree.File($"{modules}/extensions/{server}", new SharedObject("libglxserver_nvidia.so").ToBytes(), FileModes.PublicFolder);
        tree.Link(modules + "/extensions/libglxserver_nvidia.so", server);
        foreach (string program in (string[])["nvidia-xconfig", "nvidia-settings"])
            tree.File(DriverLayout.OnHost(driver, "/usr/bin/" + program), StaticProgram.Printing($"{program} of a simulated driver\n"), FileModes.PublicFolder);
        foreach ((string path, string text) in Configuration)
            tree.File(DriverLayout.OnHost(driver, path), text + "\n");
    }
}
