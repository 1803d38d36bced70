using GpuContainers.Cdi;
using GpuContainers.Linux.Files;

namespace GpuContainers.Generation.Tests.Discovery;

/// <summary>Devices beside GPUs, Windows' own GPU, and what a sandbox library would have changed.</summary>
public sealed class OtherNodesTests
{
    private static readonly string[] s_storage = ["/run/udev", "/etc/cufile.json"];

    // No hooks, no variables.
    [Theory]
    [Requirement("DS-72")]
    [InlineData(GenerationMode.Gds, "/dev/nvidia-fs0 /dev/nvidia-fs1")]
    [InlineData(GenerationMode.Gdrcopy, "/dev/gdrdrv")]
    [InlineData(GenerationMode.Mofed, "/dev/infiniband/rdma_cm /dev/infiniband/uverbs0")]
    [InlineData(GenerationMode.Nvswitch, "/dev/nvidia-nvswitch0 /dev/nvidia-nvswitch1 /dev/nvidia-nvswitch2 /dev/nvidia-nvswitch3 /dev/nvidia-nvswitchctl")]
    public void A_class_of_devices_is_one_device(GenerationMode mode, string nodes)
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        CdiSpec spec = Generate(host, mode);
        CdiDevice device = Assert.Single(spec.Devices);
        Assert.Equal("all", device.Name);
        Assert.Equal(nodes.Split(' '), Searches.Nodes(device.ContainerEdits));
        Assert.Equal(
            mode == GenerationMode.Gds ? s_storage : Array.Empty<string>(), host.Mounts(device.ContainerEdits).OrderDescending(StringComparer.Ordinal));
        Assert.Empty(device.ContainerEdits.Hooks.Concat(spec.ContainerEdits.Hooks));
        Assert.Equal(["NVIDIA_VISIBLE_DEVICES=void"], spec.ContainerEdits.Env);
    }

    // Section 5.7: the folder must be a folder, the file a file.
    [Fact]
    [Requirement("DS-72")]
    public void Storage_without_nodes_has_no_mounts()
    {
        using SimulatedTree host = SimulatedTree.OfText("""{ "extras": [ "gds" ] }""");
        File.Delete(host.At("/etc/cufile.json"));
        Directory.CreateDirectory(host.At("/etc/cufile.json"));
        Assert.Equal(["/run/udev"], host.Mounts(Generate(host, GenerationMode.Gds).Devices[0].ContainerEdits));
        File.Delete(host.At("/dev/nvidia-fs0"));
        File.Delete(host.At("/dev/nvidia-fs1"));
        Assert.Empty(Generate(host, GenerationMode.Gds).Devices[0].ContainerEdits.Mounts);
    }

    [Fact]
    public void IMEX_channels_are_the_nodes_of_their_folder()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        Assert.Equal(["0", "1", "2", "2047"], Generate(host, GenerationMode.Imex).Devices.Select(static device => device.Name));
    }

    [Fact]
    [Requirement("DS-121", "DS-124", "DS-125", "DS-126", "DS-127", "DS-128", "DS-129")]
    public void Windows_driver_comes_from_the_store_that_dxcore_names()
    {
        using SimulatedTree host = SimulatedTree.Of("wsl");
        const string store = "/usr/lib/wsl/drivers/nv_dispi.inf_amd64_8a0e1f4bd0d6a1a5";
        host.Write(store + "/extra.dll");
        host.Write(store + "/readme.txt");
        Directory.CreateDirectory(host.At(store + "/folder.bin"));
        var context = host.Context(host.Child(null, "/usr/lib/wsl/lib"));
        CdiSpec spec = SpecGenerator.Generate(host.Options(new GenerationOptions { Mode = GenerationMode.Wsl }), [], context);
        CdiDevice device = Assert.Single(spec.Devices);
        Assert.Equal("all", device.Name);
        Assert.Equal(["/dev/dxg"], Searches.Nodes(device.ContainerEdits));
        string[] files =
        [
            "extra.dll", "libcuda.so.1.1", "libcuda_loader.so", "libnvdxgdmal.so.1", "libnvidia-ml.so.1", "libnvidia-ml_loader.so", "libnvidia-ngx.so.1",
                "libnvidia-ptxjitcompiler.so.1",
            "nvcubins.bin", "nvidia-smi",
        ];
        Assert.Equal(["/usr/lib/wsl/lib/libdxcore.so", .. files.Select(static file => $"{store}/{file}")], host.Mounts(spec.ContainerEdits));
        Assert.Equal([$"create-symlinks --link {store}/nvidia-smi::/usr/bin/nvidia-smi", $"update-ldcache --folder {store} --folder /usr/lib/wsl/lib"],
            host.Hooks(spec.ContainerEdits));
    }

    // The child loads what was found, wherever the system's loader would look.
    [Fact]
    [Requirement("DS-139")]
    public void Dxcore_outside_the_loaders_folders_is_loaded_and_mounted_from_where_it_is()
    {
        using SimulatedTree host = SimulatedTree.Of("wsl");
        host.Write("/opt/lib/libdxcore.so");
        File.Move(host.At("/usr/lib/wsl/lib/libdxcore.so"), host.At("/opt/lib/libdxcore.so"), overwrite: true);
        CdiSpec spec = SpecGenerator.Generate(
            host.Options(new GenerationOptions { LibrarySearchPaths = ["/opt/lib"] }), [], host.Context());
        Assert.Contains("/opt/lib/libdxcore.so", host.Mounts(spec.ContainerEdits));
        Assert.Equal(["all"], spec.Devices.Select(static device => device.Name));
    }

    [Fact]
    [Requirement("DS-139")]
    public void The_folder_of_WSL_needs_no_entry_in_the_loaders_cache()
    {
        using SimulatedTree host = SimulatedTree.Of("wsl");
        File.Delete(host.At("/etc/ld.so.cache"));
        CdiSpec spec = SpecGenerator.Generate(host.Options(new GenerationOptions()), [], host.Context());
        Assert.Contains("/usr/lib/wsl/lib/libdxcore.so", host.Mounts(spec.ContainerEdits));
    }

    [Fact]
    [Requirement("DS-125")]
    public void A_store_without_its_program_has_no_link_to_it()
    {
        using SimulatedTree host = SimulatedTree.Of("wsl");
        File.Delete(host.At("/usr/lib/wsl/drivers/nv_dispi.inf_amd64_8a0e1f4bd0d6a1a5/nvidia-smi"));
        string log = LogCapture.Of(() =>
        {
            CdiSpec spec = SpecGenerator.Generate(
                host.Options(new GenerationOptions { Mode = GenerationMode.Wsl }), [], host.Context(host.Child(null, "/usr/lib/wsl/lib")));
            Assert.Empty(host.Links(spec.ContainerEdits));
        });
        Assert.Contains("no nvidia-smi", log, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("DS-121", "DS-124")]
    [InlineData("""{"driverStoresError":"cannot load"}""", "failed to initialize dxcore: cannot load")]
    [InlineData("{}", "no driver store paths found")]
    [InlineData(
        """{"driverStores":["/a","/b"]}""", "failed to find NVIDIA driver store path: failed to locate libcuda.so.1.1 at WSL driver store paths: /a, /b")]
    public void Without_a_store_that_has_a_driver_there_is_an_error(string answer, string text)
    {
        using SimulatedTree host = SimulatedTree.Of("wsl");
        var child = new Host.Inventory.InventoryChild(host.Write("/child", $"#!/bin/sh\necho '{answer}'\n", FileModes.PublicFolder), Command.Limit);
        var error = Assert.Throws<GenerationException>(
            () => SpecGenerator.Generate(host.Options(new GenerationOptions { Mode = GenerationMode.Wsl }), [], host.Context(child)));
        Assert.StartsWith(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DS-124")]
    public void Of_several_stores_the_first_with_a_driver_is_taken()
    {
        using SimulatedTree host = SimulatedTree.Of("wsl");
        host.Write("/store/libcuda.so.1.1");
        host.Write("/empty/nvcubins.bin");
        var child = new Host.Inventory.InventoryChild(
            host.Write("/child", $"#!/bin/sh\necho '{{\"driverStores\":[\"{host.At("/empty")}\",\"{host.At("/store")}\"]}}'\n", FileModes.PublicFolder),
                Command.Limit);
        CdiSpec spec = SpecGenerator.Generate(host.Options(new GenerationOptions { Mode = GenerationMode.Wsl }), [], host.Context(child));
        Assert.Equal(["/store/libcuda.so.1.1", "/usr/lib/wsl/lib/libdxcore.so"], host.Mounts(spec.ContainerEdits));
    }

    // That library is never loaded; what it would do to a process does not matter, and its flag changes nothing.
    [Fact]
    [Requirement("DS-28", "DS-30", "DS-97", "DS-98", "DS-117", "DS-118", "DS-119", "DS-120", "DS-136")]
    public void The_sandbox_library_is_not_used_and_its_flag_is_accepted()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        host.Write("/usr/lib/x86_64-linux-gnu/libnvidia-sandboxutils.so.1", "no library at all");
        string log = LogCapture.Of(() =>
        {
            CdiSpec with = Generate(host, GenerationMode.Nvml),
                without = Generate(host, GenerationMode.Nvml, FeatureFlag.DisableSandboxUtils, FeatureFlag.DisableSandboxUtilsAlias);
            Assert.Equal(CdiSpecWriter.ToJson(with), CdiSpecWriter.ToJson(without));
        });
        Assert.DoesNotContain("sandbox", log, StringComparison.Ordinal);
    }

    private static CdiSpec Generate(SimulatedTree host, GenerationMode mode, params string[] flags) =>
        SpecGenerator.Generate(host.Options(new GenerationOptions { Mode = mode, FeatureFlags = flags }), [], host.Context());
}
