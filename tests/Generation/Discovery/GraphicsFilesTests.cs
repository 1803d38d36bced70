using System.Runtime.InteropServices;
using GpuContainers.Cdi;
using GpuContainers.Host;
using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;

namespace GpuContainers.Generation.Tests.Discovery;

[Collection(WholeProcess.Name)]
public sealed class GraphicsFilesTests
{
    private const string Folder = "/usr/lib/x86_64-linux-gnu";
    private const string Modules = "/usr/lib/xorg/modules";

    // The whole of it, in its order.
    [Fact]
    [Requirement("DS-51", "DS-52", "DS-53", "DS-54", "DS-56", "DS-58")]
    public void Libraries_X_modules_the_program_and_configuration_come_in_their_order()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        Assert.Equal(
            [
                Folder + "/libnvidia-egl-gbm.so.1.1.2", Folder + "/libnvidia-egl-wayland.so.1.1.19", Folder + "/libnvidia-egl-xcb.so.1.0.1", Folder +
                    "/libnvidia-egl-xlib.so.1.0.1",
                Folder + "/libnvidia-vulkan-producer.so.570.133.07",
                Modules + "/drivers/nvidia_drv.so", Modules + "/extensions/libglxserver_nvidia.so.570.133.07",
                "/usr/bin/nvidia-xconfig",
                "/usr/share/glvnd/egl_vendor.d/10_nvidia.json",
                "/usr/share/egl/egl_external_platform.d/15_nvidia_gbm.json", "/usr/share/egl/egl_external_platform.d/10_nvidia_wayland.json",
                "/usr/share/egl/egl_external_platform.d/20_nvidia_xcb.json", "/usr/share/egl/egl_external_platform.d/20_nvidia_xlib.json",
                "/usr/share/nvidia/nvoptix.bin", "/usr/share/X11/xorg.conf.d/nvidia-drm-outputclass.conf",
                "/etc/OpenCL/vendors/nvidia.icd",
                "/usr/share/vulkan/icd.d/nvidia_icd.json > /etc/vulkan/icd.d/nvidia_icd.json",
                "/usr/share/vulkan/implicit_layer.d/nvidia_layers.json > /etc/vulkan/implicit_layer.d/nvidia_layers.json",
            ],
            host.Mounts(host.Parts().Graphics.Find()));
    }

    [Fact]
    [Requirement("DS-56", "DS-58")]
    public void Every_kind_of_configuration_file_has_its_place()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        string architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64", other = architecture == "x86_64" ? "aarch64"
            : "x86_64";
        foreach (string file in (string[])["egl/egl_external_platform.d/09_nvidia_wayland2.json", "X11/xorg.conf.d/10-nvidia.conf",
            "vulkan/icd.d/nvidia_layers.json", $"vulkan/icd.d/nvidia_icd.{architecture}.json", $"vulkan/icd.d/nvidia_icd.{other}.json"])
            host.Write("/usr/local/share/" + file);
        string[] mounts = [.. host.Mounts(host.Parts().Graphics.Find()).Where(static mount => mount.StartsWith("/usr/local", StringComparison.Ordinal))];
        Assert.Equal(
            [
                "/usr/local/share/egl/egl_external_platform.d/09_nvidia_wayland2.json > /usr/share/egl/egl_external_platform.d/09_nvidia_wayland2.json",
                "/usr/local/share/X11/xorg.conf.d/10-nvidia.conf > /usr/share/X11/xorg.conf.d/10-nvidia.conf",
                "/usr/local/share/vulkan/icd.d/nvidia_layers.json > /etc/vulkan/icd.d/nvidia_layers.json",
                $"/usr/local/share/vulkan/icd.d/nvidia_icd.{architecture}.json > /etc/vulkan/icd.d/nvidia_icd.{architecture}.json",
            ],
            mounts);
    }

    // In the order of the mounts, with the exact version.
    [Fact]
    [Requirement("DS-55")]
    public void One_hook_makes_the_links_among_them()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        host.Write(Folder + "/libnvidia-allocator.so.550.54.15");
        ContainerEdits edits = host.Parts().Graphics.Find();
        Assert.Single(edits.Hooks);
        Assert.Equal(
            [
                $"../libnvidia-allocator.so.1::{Folder}/gbm/nvidia-drm_gbm.so",
                $"libnvidia-vulkan-producer.so.570.133.07::{Folder}/libnvidia-vulkan-producer.so",
                $"libglxserver_nvidia.so.570.133.07::{Modules}/extensions/libglxserver_nvidia.so",
            ],
            host.Links(edits));
    }

    [Fact]
    [Requirement("DS-54")]
    public void A_driver_without_graphics_has_the_link_of_the_allocator_alone()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        ContainerEdits edits = host.Parts().Graphics.Find();
        Assert.Empty(edits.Mounts);
        Assert.Equal([$"../libnvidia-allocator.so.1::{Folder}/gbm/nvidia-drm_gbm.so"], host.Links(edits));
    }

    [Fact]
    [Requirement("DS-55")]
    public void Without_any_of_the_three_there_is_no_hook()
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        host.Write(Folder + "/libcuda.so.570.133.20");
        Assert.Empty(host.Parts().Graphics.Find().Hooks);
    }

    // The platforms have versions of their own, one with a 2 in its name.
    [Fact]
    [Requirement("DS-52")]
    public void Every_version_of_a_platform_library_counts()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        foreach (
            string name in (string[])["libnvidia-egl-wayland2.so.1.0.0", "libnvidia-egl-gbm.so.1.1.2", "libnvidia-egl-gbm.so.1.1.0", "libnvidia-egl-gbm.so.1"])
            host.Write($"{Folder}/{name}");
        Assert.Equal(
            [Folder + "/libnvidia-egl-gbm.so.1.1.0", Folder + "/libnvidia-egl-gbm.so.1.1.2", Folder + "/libnvidia-egl-wayland2.so.1.0.0"],
            host.Mounts(host.Parts().Graphics.Find()));
    }

    // The driver's own folders first, the first match only, links not resolved.
    [Theory]
    [Requirement("DS-53")]
    [InlineData(Folder + "/nvidia/xorg")]
    [InlineData(Folder + "/xorg/modules/drivers")]
    [InlineData(Folder + "/xorg/modules/updates/extensions")]
    [InlineData("/usr/lib/xorg/modules/drivers")]
    [InlineData("/usr/lib64/xorg/modules/extensions")]
    [InlineData("/usr/X11R6/lib/modules/updates/drivers")]
    [InlineData("/usr/X11R6/lib64/modules/updates/extensions")]
    public void X_modules_are_found_in_the_folders_of_the_distributions(string folder)
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        host.Write("/opt/nvidia_drv.so");
        host.Link(folder + "/nvidia_drv.so", host.At("/opt/nvidia_drv.so"));
        host.Write("/usr/X11R6/lib64/modules/updates/extensions/libglxserver_nvidia.so.570.133.20");
        host.Write("/usr/X11R6/lib64/modules/updates/extensions/libglxserver_nvidia.so.1");
        Assert.Equal(
            [folder + "/nvidia_drv.so", "/usr/X11R6/lib64/modules/updates/extensions/libglxserver_nvidia.so.570.133.20"],
            host.Mounts(host.Parts().Graphics.Find()));
    }

    [Fact]
    [Requirement("DS-53")]
    public void Of_two_X_modules_the_first_is_taken()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        host.Write(Folder + "/nvidia/xorg/nvidia_drv.so");
        Assert.Equal([Folder + "/nvidia/xorg/nvidia_drv.so"], host.Mounts(host.Parts().Graphics.Find())
            .Where(static mount => mount.EndsWith("nvidia_drv.so", StringComparison.Ordinal)));
    }

    // Etc comes first, and the place in the container is that of the list.
    [Fact]
    [Requirement("DS-49", "DS-57")]
    public void A_file_in_etc_gets_its_place_below_share()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        host.Write("/etc/X11/xorg.conf.d/nvidia-drm-outputclass.conf");
        Assert.Contains("/etc/X11/xorg.conf.d/nvidia-drm-outputclass.conf > /usr/share/X11/xorg.conf.d/nvidia-drm-outputclass.conf",
            host.Mounts(host.Parts().Graphics.Find()));
        Assert.DoesNotContain("/usr/share/X11/xorg.conf.d/nvidia-drm-outputclass.conf", host.Mounts(host.Parts().Graphics.Find()));
    }

    [Fact]
    [Requirement("DS-38", "DS-37")]
    public void Data_folders_of_the_environment_count_below_the_root_and_explicit_ones_on_the_host()
    {
        using SimulatedTree host = SimulatedTree.Of("driver-container");
        host.Write("/run/nvidia/driver/opt/share/glvnd/egl_vendor.d/10_nvidia.json");
        host.Write("/store/vulkan/icd.d/nvidia_icd.json");
        var context = new HostContext { SystemRoot = host.Root, DataDirectories = "/opt/share" };
        Assert.Equal(
            ["/run/nvidia/driver/opt/share/glvnd/egl_vendor.d/10_nvidia.json > /usr/share/glvnd/egl_vendor.d/10_nvidia.json"],
            host.Mounts(new Wiring(host.Options(), context).Graphics.Find()));
        GenerationOptions explicitFolder = host.Options(new GenerationOptions { Mode = GenerationMode.Nvml, ConfigSearchPaths = ["/store"] });
        Assert.Equal(
            ["/store/vulkan/icd.d/nvidia_icd.json > /etc/vulkan/icd.d/nvidia_icd.json"],
            host.Mounts(new Wiring(explicitFolder, context).Graphics.Find()));
    }

    // Some drivers have their Vulkan files directly below their root; others than Vulkan's are not looked for there.
    [Fact]
    [Requirement("DS-58")]
    public void Vulkan_files_may_lie_directly_below_the_root()
    {
        using SimulatedTree host = SimulatedTree.Of("driver-container");
        host.Write("/run/nvidia/driver/vulkan/icd.d/nvidia_icd.json");
        host.Write("/run/nvidia/driver/nvidia/nvoptix.bin");
        Assert.Equal(
            ["/run/nvidia/driver/vulkan/icd.d/nvidia_icd.json > /etc/vulkan/icd.d/nvidia_icd.json"], host.Mounts(host.Parts().Graphics.Find()));
    }

    // An empty root is "/", so what lies in the working directory is nobody's driver.
    [Fact]
    [Requirement("DS-26")]
    public void The_working_directory_is_no_place_for_configuration()
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        host.Write("/elsewhere/vulkan/icd.d/nvidia_icd.json");
        string before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = host.At("/elsewhere");
            Assert.Null(new ConfigFiles(new DriverRoot(new FileTree(), ""), [], null).Locate("vulkan/icd.d/nvidia_icd.json", alsoBelowRoot: true));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    [Requirement("DS-51")]
    public void Without_a_version_there_is_no_graphics()
    {
        using SimulatedTree host = SimulatedTree.Of("bare");
        Assert.Throws<HostException>(() => host.Parts().Graphics.Find());
    }
}
