using GpuContainers.Cdi;
using GpuContainers.Host;
using GpuContainers.Linux.Files;

namespace GpuContainers.Generation.Tests.Discovery;

public sealed class DriverFilesTests
{
    private const string Debian = "/usr/lib/x86_64-linux-gnu";
    private const string Store = "/nix/store/0w1x5k2vq3cz-nvidia-x11-570.133.20/lib";

    // The same driver in every layout, at its own place in the container.
    [Theory]
    [Requirement("DS-33", "DS-67", "DS-134")]
    [InlineData("h200x2", Debian, "", "")]
    [InlineData("lib64", "/usr/lib64", "", "")]
    [InlineData("no-cache", Debian, "", "")]
    [InlineData("custom-folder", "/opt/nvidia/lib", "", "")]
    [InlineData("nix-store", Store, "", Store)]
    [InlineData("driver-container", Debian, "/run/nvidia/driver", "")]
    [InlineData("driver-container-dev", Debian, "/run/nvidia/driver", "")]
    public void The_libraries_are_those_of_the_version_in_the_drivers_folder(string name, string folder, string root, string searchPath)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        Wiring parts = host.Parts(new GenerationOptions { Mode = GenerationMode.Nvml, LibrarySearchPaths = searchPath.Length == 0 ? [] : [searchPath] });
        ContainerEdits edits = parts.Driver.Find();
        string[] libraries =
        [
            "libcuda", "libcudadebugger", "libnvcuvid", "libnvidia-allocator", "libnvidia-cfg", "libnvidia-encode", "libnvidia-gpucomp", "libnvidia-ml",
                "libnvidia-nvvm", "libnvidia-opencl",
            "libnvidia-opticalflow", "libnvidia-pkcs11-openssl3", "libnvidia-ptxjitcompiler",
        ];
        Assert.Equal(
            libraries.Select(library => $"{root}{folder}/{library}.so.570.133.20"),
            edits.Mounts.Select(mount => host.Inside(mount.HostPath)).Where(static path => path.Contains(".so.", StringComparison.Ordinal)));
        Assert.All(edits.Mounts, mount => Assert.Equal(host.Inside(mount.HostPath), root + mount.ContainerPath));
        Assert.Equal(["NVIDIA_CTK_LIBCUDA_DIR=" + folder], edits.Env);
        Assert.Contains($"update-ldcache --folder {folder}", host.Hooks(edits));
        Assert.Contains("enable-cuda-compat --host-driver-version=570.133.20", host.Hooks(edits));
    }

    [Fact]
    public void Without_search_path_a_store_is_not_found_and_the_error_says_how()
    {
        using SimulatedTree host = SimulatedTree.Of("nix-store");
        var error = Assert.Throws<HostException>(() => host.Parts().Driver.Find());
        Assert.Contains("--library-search-path", error.Message, StringComparison.Ordinal);
    }

    // One mount a host path, read-only options in their order.
    [Fact]
    [Requirement("DS-46", "DS-47", "DS-48")]
    public void Mounts_are_read_only_and_come_once()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        IReadOnlyList<Mount> mounts = host.Parts().Driver.Find().Mounts;
        Assert.All(mounts, static mount => Assert.Equal(["ro", "nosuid", "nodev", "rbind", "rprivate"], mount.Options));
        Assert.All(mounts, static mount => Assert.Equal("", mount.Type));
        Assert.Equal(mounts.Count, mounts.Select(static mount => mount.HostPath).Distinct().Count());
    }

    [Fact]
    [Requirement("DS-67")]
    public void Vdpau_libraries_and_those_without_lib_in_front_belong_to_the_driver()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        host.Write(Debian + "/nvidia_extra.so.570.133.07");
        host.Write(Debian + "/vdpau/libother.so.1");
        ContainerEdits edits = host.Parts().Driver.Find();
        Assert.Contains(Debian + "/vdpau/libvdpau_nvidia.so.570.133.07", host.Mounts(edits));
        Assert.Contains(Debian + "/nvidia_extra.so.570.133.07", host.Mounts(edits));
        Assert.DoesNotContain(Debian + "/vdpau/libother.so.1", host.Mounts(edits));
        Assert.Contains($"update-ldcache --folder {Debian} --folder {Debian}/vdpau", host.Hooks(edits));
    }

    // A library that a link leads to outside of the root is mounted only if the root has it too.
    [Fact]
    [Requirement("DS-67")]
    public void What_the_root_does_not_have_is_not_mounted()
    {
        using SimulatedTree host = SimulatedTree.Of("driver-container");
        string outside = host.Write("/opt/libnvidia-out.so.570.133.20");
        host.Link($"/run/nvidia/driver{Debian}/libnvidia-out.so.570.133.20", outside);
        Assert.DoesNotContain(host.Mounts(host.Parts().Driver.Find()), static mount => mount.Contains("libnvidia-out", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("DS-68")]
    public void Older_NVVM_libraries_carry_no_driver_version()
    {
        using SimulatedTree with = SimulatedTree.Of("rtx-graphics"), without = SimulatedTree.Of("h200x2");
        Assert.Contains(Debian + "/libnvidia-nvvm70.so.4", with.Mounts(with.Parts().Driver.Find()));
        Assert.DoesNotContain(without.Mounts(without.Parts().Driver.Find()), static mount => mount.Contains("nvvm70", StringComparison.Ordinal));
    }

    // By their unversioned links in the driver's folder, mounted is what these lead to.
    [Fact]
    [Requirement("DS-69")]
    public void Explicit_libraries_are_mounted_with_their_flag_alone()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        host.Write(Debian + "/libGL.so.1.7.0");
        host.Link(Debian + "/libGL.so", "libGL.so.1.7.0");
        host.Write(Debian + "/libEGL.so.1.1.0");
        host.Link(Debian + "/libEGL.so", "libEGL.so.1.1.0");
        host.Write(Debian + "/libGLX.so.0.0.0");
        Assert.DoesNotContain(host.Mounts(host.Parts().Driver.Find()), static mount => mount.Contains("libGL.", StringComparison.Ordinal));
        IEnumerable<string> mounts = host.Mounts(
            host.Parts(new GenerationOptions { Mode = GenerationMode.Nvml, FeatureFlags = [FeatureFlag.ExplicitDriverLibraries] }).Driver.Find());
        Assert.Equal([Debian + "/libEGL.so.1.1.0", Debian + "/libGL.so.1.7.0"],
            mounts.Where(static mount => mount.Contains("/libE", StringComparison.Ordinal) || mount.Contains("/libG", StringComparison.Ordinal)));
    }

    // One file in a usual folder hides the folder that only the cache knows.
    [Fact]
    [Requirement("DS-15")]
    public void One_library_in_a_usual_folder_hides_the_caches()
    {
        using SimulatedTree host = SimulatedTree.Of("custom-folder");
        host.Write("/usr/lib64/libcuda.so.570.133.20");
        ContainerEdits edits = host.Parts().Driver.Find();
        Assert.Equal(["/usr/lib64/libcuda.so.570.133.20"], host.Mounts(edits).Where(static mount => mount.Contains(".so.", StringComparison.Ordinal)));
    }

    [Fact]
    [Requirement("DS-20")]
    public void The_32_bit_libraries_beside_are_left_alone()
    {
        using SimulatedTree host = SimulatedTree.Of("lib64");
        Assert.True(File.Exists(host.At("/usr/lib/i386-linux-gnu/libcuda.so.570.133.20")));
        Assert.DoesNotContain(host.Mounts(host.Parts().Driver.Find()), static mount => mount.Contains("i386", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("DS-62", "DS-63", "DS-66")]
    public void Sockets_are_writable_and_stay_where_they_are()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        host.Write("/var/run/nvidia-persistenced/socket");
        host.Write("/tmp/nvidia-mps");
        List<Mount> sockets = [.. host.Parts().Driver.Find().Mounts.Where(static mount => mount.Options.Contains("noexec"))];
        Assert.Equal(
            ["/run/nvidia-persistenced/socket", "/run/nvidia-fabricmanager/socket", "/tmp/nvidia-mps"], sockets.Select(static mount => mount.ContainerPath));
        Assert.All(sockets, static mount => Assert.Equal(["nosuid", "nodev", "rbind", "rprivate", "noexec"], mount.Options));
    }

    [Fact]
    [Requirement("DS-63")]
    public void A_socket_in_var_run_is_mounted_there()
    {
        using SimulatedTree host = SimulatedTree.Of("driver-container");
        host.Write("/run/nvidia/driver/var/run/nvidia-persistenced/socket");
        Assert.Contains(
            "/run/nvidia/driver/var/run/nvidia-persistenced/socket > /var/run/nvidia-persistenced/socket", host.Mounts(host.Parts().Driver.Find()));
    }

    [Fact]
    [Requirement("DS-64")]
    public void A_folder_of_MPS_is_no_socket()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        Assert.True(Directory.Exists(host.At("/tmp/nvidia-mps")));
        Assert.DoesNotContain("/tmp/nvidia-mps", host.Mounts(host.Parts().Driver.Find()));
    }

    // No list of sockets is kept from one search to the next.
    [Fact]
    [Requirement("DS-65")]
    public void A_socket_that_comes_later_is_found_by_the_next_search()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        Assert.DoesNotContain("/run/nvidia-persistenced/socket", host.Mounts(host.Parts().Driver.Find()));
        host.Write("/run/nvidia-persistenced/socket");
        Assert.Contains("/run/nvidia-persistenced/socket", host.Mounts(host.Parts().Driver.Find()));
        Assert.DoesNotContain("/run/nvidia-persistenced/socket",
            host.Mounts(host.Parts(new GenerationOptions { Mode = GenerationMode.Nvml, FeatureFlags = [FeatureFlag.DisableIpc] }).Driver.Find()));
    }

    [Fact]
    [Requirement("DS-143")]
    public void A_search_path_of_firmware_that_cannot_be_read_is_told()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        Directory.CreateDirectory(host.At("/sys/module/firmware_class/parameters/path"));
        string log = LogCapture.Of(() => host.Parts().Driver.Find());
        Assert.Contains("level=warning msg=\"cannot read /sys/module/firmware_class/parameters/path: is a directory", log, StringComparison.Ordinal);
    }

    // Every folder counts, the kernel's own first.
    [Fact]
    [Requirement("DS-70")]
    public void Firmware_is_looked_for_where_the_kernel_looks()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        host.Write("/proc/sys/kernel/osrelease", "6.1.0-test\n");
        host.Write("/sys/module/firmware_class/parameters/path", "/opt/firmware\n");
        string[] folders = ["/opt/firmware", "/lib/firmware/updates/6.1.0-test", "/lib/firmware/updates", "/lib/firmware/6.1.0-test"];
        foreach (string folder in folders.Append("/lib/firmware/5.10.0"))
            host.Write($"{folder}/nvidia/570.133.20/gsp_x.bin");
        host.Write("/opt/firmware/nvidia/550.54.15/gsp_x.bin");
        host.Write("/opt/firmware/nvidia/570.133.20/other.bin");
        Directory.CreateDirectory(host.At("/opt/firmware/nvidia/570.133.20/gsp_folder.bin"));
        Assert.Equal(
            [.. folders.Select(static folder => $"{folder}/nvidia/570.133.20/gsp_x.bin"), "/lib/firmware/nvidia/570.133.20/gsp_ga10x.bin",
                "/lib/firmware/nvidia/570.133.20/gsp_tu10x.bin"],
            host.Mounts(host.Parts().Driver.Find())
                .Where(static mount => mount.Contains("gsp", StringComparison.Ordinal) || mount.Contains("other.bin", StringComparison.Ordinal)));
    }

    [Fact]
    [Requirement("DS-71")]
    public void Programs_come_in_their_order_by_their_own_names()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        const UnixFileMode executable = FileModes.PublicFolder;
        host.Write("/usr/local/bin/nvidia-imex", "", executable);
        host.Write("/opt/imex-ctl", "", executable);
        host.Link("/usr/bin/nvidia-imex-ctl", host.At("/opt/imex-ctl"));
        host.Write("/usr/local/bin/nvidia-smi");
        Assert.Equal(
            [
                "/usr/bin/nvidia-smi", "/usr/bin/nvidia-debugdump", "/usr/bin/nvidia-persistenced", "/usr/bin/nvidia-cuda-mps-control",
                    "/usr/bin/nvidia-cuda-mps-server",
                "/usr/local/bin/nvidia-imex", "/usr/bin/nvidia-imex-ctl",
            ],
            host.Mounts(host.Parts().Driver.Find()).Where(static mount => mount.Contains("/bin/", StringComparison.Ordinal)));
    }

    // A root behind a link gives the same document as the real one, with host paths below the root as it was given.
    [Fact]
    [Requirement("DS-27")]
    public void A_root_behind_a_link_is_as_good_as_the_real_one()
    {
        using SimulatedTree host = SimulatedTree.Of("driver-container");
        host.Link("/driver", "run/nvidia//driver");
        Wiring linked = new(new GenerationOptions { Mode = GenerationMode.Nvml, DriverRoot = host.At("/driver") + "//" }, host.Context());
        ContainerEdits real = host.Parts().Driver.Find(), edits = linked.Driver.Find();
        Assert.Equal(real.Mounts.Select(static mount => mount.ContainerPath), edits.Mounts.Select(static mount => mount.ContainerPath));
        Assert.All(edits.Mounts, mount => Assert.Equal("/driver" + mount.ContainerPath, host.Inside(mount.HostPath)));
        Assert.Equal(real.Env, edits.Env);
    }
}
