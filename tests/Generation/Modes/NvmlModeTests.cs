using GpuContainers.Cdi;
using GpuContainers.Generation.Hooks;
using GpuContainers.Generation.Tests.Discovery;

namespace GpuContainers.Generation.Tests.Modes;

public sealed class NvmlModeTests
{
    private static readonly GenerationOptions s_nvml = new() { Mode = GenerationMode.Nvml };

    // Full GPUs by index, then MIG devices; a GPU in MIG mode is not listed, with devices or without.
    [Theory]
    [Requirement("GN-5", "GN-13", "GN-54")]
    [InlineData("h200x2", "0 1")]
    [InlineData("reordered-minors", "0 1 2")]
    [InlineData("excluded-gpu", "0 1")]
    [InlineData("a100-mig", "0 1:0 1:1 1:4")]
    [InlineData("mig-two-gpus", "0:0 0:2 1:0")] // GPU 2 is in MIG mode and has no device
    [InlineData("h200x16", "0 1 10 11 12 13 14 15 2 3 4 5 6 7 8 9")]
    public void All_is_every_GPU_that_is_whole_and_every_MIG_device(string name, string devices)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        Assert.Equal(devices, string.Join(' ', host.Generate(s_nvml).Names()));
        Assert.Equal(devices, string.Join(' ', host.Generate(s_nvml, "all").Names()));
    }

    private const string MigWithoutInstance = """{ "driver": { }, "gpus": [ { "showsMigFolder": true, "mig": [ ] }, { "showsMigFolder": true } ] }""";

    // procfs shows both alike; only the driver's library tells them apart.
    [Fact]
    [Requirement("RT-275")]
    public void A_GPU_in_MIG_mode_without_an_instance_is_left_out_of_all_with_a_warning()
    {
        using SimulatedTree host = SimulatedTree.OfText(MigWithoutInstance);
        string log = LogCapture.Of(() => Assert.Equal(["1"], host.Generate(s_nvml).Names()));
        Assert.Contains("leaving out GPU 0, which is in MIG mode without an instance", log, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-275", "GN-14")]
    public void By_name_it_is_an_error_for_a_container_and_honoured_in_a_file()
    {
        using SimulatedTree host = SimulatedTree.OfText(MigWithoutInstance);
        var error = Assert.Throws<GenerationException>(() => host.Generate(s_nvml with { HasOwnNode = static _ => false }, "0"));
        Assert.Contains("nvidia-smi mig -i 0 -cgi PROFILE -C", error.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], host.Generate(s_nvml with { HasOwnNode = static _ => false }, "1").Names());
        Assert.Equal(["0"], host.Generate(s_nvml, "0").Names());
    }

    // People copy the first part of a UUID, of a MIG device too; a file for later holds what was asked for to the letter.
    [Fact]
    [Requirement("RT-271")]
    public void The_beginning_of_a_MIG_devices_UUID_is_enough_for_a_container()
    {
        using SimulatedTree host = SimulatedTree.Of("a100-mig");
        GenerationOptions container = s_nvml with { HasOwnNode = static _ => false };
        CdiDevice meant = Assert.Single(host.Generate(container, "1:4").Devices), found = Assert.Single(host.Generate(container, "MIG-6b10c314").Devices);
        Assert.Equivalent(meant.ContainerEdits, found.ContainerEdits, strict: true);
        Assert.Contains("is the beginning of several UUIDs: MIG-6b10c310-1d5f",
            Assert.Throws<GenerationException>(() => host.Generate(container, "MIG-6b10")).Message, StringComparison.Ordinal);
        Assert.Throws<GenerationException>(() => host.Generate(s_nvml, "MIG-6b10c314"));
    }

    // The first of the two words decides, and what follows is not even checked.
    [Theory]
    [Requirement("GN-11")]
    [InlineData("none all 7", "none")]
    [InlineData("0 none", "none")]
    [InlineData("all none", "0 1")]
    [InlineData("1 all x", "0 1")]
    public void The_first_word_decides(string ids, string devices)
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        Assert.Equal(devices, string.Join(' ', host.Generate(s_nvml, ids.Split(' ')).Names()));
    }

    [Fact]
    [Requirement("GN-12")]
    public void None_is_a_device_with_one_variable_and_needs_no_driver()
    {
        using SimulatedTree host = SimulatedTree.Of("stale-module");
        CdiDevice device = Assert.Single(host.Generate(s_nvml, "none").Devices);
        Assert.Equal("none", device.Name);
        Assert.Equal(["NVCT_EMPTY_DEVICE="], device.ContainerEdits.Env);
        Assert.Empty(device.ContainerEdits.DeviceNodes);
    }

    [Theory]
    [Requirement("GN-14")]
    [InlineData("a100-mig", "0", "0")]
    [InlineData("a100-mig", "00", "0")]
    [InlineData("a100-mig", "1", "1")]
    [InlineData("a100-mig", "1:4", "1:4")]
    [InlineData("a100-mig", "1:4 0", "0 1:4")]
    [InlineData("reordered-minors", "2", "2")]
    public void Devices_are_selected_by_index(string name, string ids, string devices)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        Assert.Equal(devices, string.Join(' ', host.Generate(s_nvml, ids.Split(' ')).Names()));
    }

    [Fact]
    [Requirement("GN-10", "GN-14")]
    public void Devices_are_selected_by_UUID()
    {
        using SimulatedTree host = SimulatedTree.Of("a100-mig");
        CdiSpec all = host.Gpus();
        foreach (string uuid in all.Names().Where(static name => name.Contains('-', StringComparison.Ordinal)))
        {
            CdiSpec one = host.Gpus(uuid);
            Assert.Contains(uuid, one.Names());
            Assert.Equal(all.Nodes(uuid), one.Nodes(uuid));
            // F-15: two ids of one device are one device.
            string index = one.Names().Single(name => name != uuid);
            Assert.Equal(one.Names(), host.Gpus(uuid, index, index).Names());
        }
    }

    // The runtime applies ids one by one, so that a cgroup rule appears for each.
    [Fact]
    [Requirement("GN-10", "RT-177")]
    public void Two_ids_of_one_GPU_are_two_devices_only_if_asked_for()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        string uuid = host.Gpus("0").Names()[1];
        Assert.Single(host.Generate(s_nvml, "0", uuid).Devices);
        Assert.Equal(2, host.Generate(s_nvml with { KeepsRepeatedDevices = true }, "0", uuid).Devices.Count);
    }

    [Theory]
    [Requirement("GN-14", "RT-277")]
    [InlineData("9", GenerationStep.Identification, "failed to get device handle from index: ")]
    [InlineData("9:0", GenerationStep.Identification, "failed to get parent device handle: ")]
    [InlineData("1:2", GenerationStep.Identification, "failed to get MIG handle by index: ")]
    [InlineData("0:0", GenerationStep.Identification, "failed to get MIG handle by index: ")]
    [InlineData("GPU-00000000-0000-0000-0000-000000000000", GenerationStep.Identification, "failed to get device handle from UUID: ")]
    [InlineData("MIG-00000000-0000-0000-0000-000000000000", GenerationStep.Identification, "failed to get device handle from UUID: ")]
    [InlineData("4294967296", GenerationStep.Identification, "failed to convert device index to an int: ")]
    [InlineData("gpu0", GenerationStep.Identification, "identifier is not a valid UUID or index: \"gpu0\"")]
    [InlineData("", GenerationStep.Identification, "identifier is not a valid UUID or index: \"\"")]
    [InlineData(" 0", GenerationStep.Identification, "identifier is not a valid UUID or index: \" 0\"")]
    [InlineData("1:0:0", GenerationStep.Identification, "identifier is not a valid UUID or index: \"1:0:0\"")]
    public void What_does_not_exist_is_an_error_that_says_what_there_is(string id, GenerationStep step, string text)
    {
        using SimulatedTree host = SimulatedTree.Of("a100-mig");
        GenerationException error = Assert.Throws<GenerationException>(() => host.Generate(s_nvml, "0", id));
        Assert.Equal(step, error.Step);
        Assert.StartsWith(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("GN-15", "DS-93")]
    public void A_MIG_device_has_the_node_of_its_GPU_and_its_capabilities()
    {
        using SimulatedTree host = SimulatedTree.Of("mig-two-gpus");
        CdiSpec spec = host.Generate(s_nvml);
        Assert.Equal(3, spec.Nodes("1:0").Length);
        Assert.Contains("/dev/nvidia0", spec.Nodes("1:0"));
        Assert.Equal(2, spec.Nodes("1:0").Count(static node => node.StartsWith("/dev/nvidia-caps/nvidia-cap", StringComparison.Ordinal)));
        // The profile that can draw has DRM nodes and the links to them.
        Assert.Contains(spec.Nodes("0:0"), static node => node.StartsWith("/dev/dri/renderD", StringComparison.Ordinal));
        Assert.Equal(["create-symlinks"], spec.FindDevice("0:0")!.ContainerEdits.HookNames());
        Assert.DoesNotContain(spec.Nodes("0:2"), static node => node.StartsWith("/dev/dri/", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("HK-143")]
    public void The_memory_of_full_GPUs_can_be_limited_and_that_of_MIG_devices_cannot()
    {
        using SimulatedTree host = SimulatedTree.Of("memory-limits");
        CdiSpec spec = host.Generate(s_nvml, "0", "1:0");
        Hook hook = Assert.Single(spec.FindDevice("0")!.ContainerEdits.Hooks);
        string uuid = host.Generate(new GenerationOptions { Mode = GenerationMode.Nvml, NameStrategies = [DeviceNameStrategy.Uuid] }, "0").Devices[0].Name;
        Assert.Equal("createRuntime", hook.HookName);
        Assert.Equal($"nvidia-cdi-hook apply-cuda-memory-limits --driver-root {host.DriverRoot} --gpu-id {uuid}", string.Join(' ', hook.Args));
        Assert.Empty(spec.FindDevice("1:0")!.ContainerEdits.Hooks);
    }

    [Fact]
    [Requirement("HK-143")]
    public void A_UUID_that_procfs_does_not_show_is_asked_of_the_driver_only_if_the_hook_is_wanted()
    {
        using SimulatedTree host = SimulatedTree.Of("no-persistence");
        GenerationOptions options = host.Options(s_nvml);
        Assert.Contains("GPU-", SpecGenerator.Generate(options, ["0"], host.Context()).Devices[0].ContainerEdits.Hooks[^1].Args[^1], StringComparison.Ordinal);
        CdiSpec without = SpecGenerator.Generate(options with { DisabledHooks = [HookName.ApplyCudaMemoryLimits] }, ["0"], host.WithoutChild());
        Assert.DoesNotContain(without.Devices[0].ContainerEdits.Hooks, static hook => hook.HookName == "createRuntime");
    }

    [Fact]
    [Requirement("GN-17")]
    public void One_GPU_that_fails_fails_the_whole()
    {
        using SimulatedTree host = SimulatedTree.Of("a100-mig");
        File.Delete(host.At("/proc/driver/nvidia-caps/mig-minors"));
        GenerationException error = Assert.Throws<GenerationException>(() => host.Generate(s_nvml));
        Assert.Equal(GenerationStep.Devices, error.Step);
        Assert.Contains("mig-minors", error.Message, StringComparison.Ordinal);
    }

    // The table of section 13.5.
    [Fact]
    [Requirement("GN-6", "GN-18", "GN-20", "GN-21")]
    public void Common_edits_come_in_their_order()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        ContainerEdits common = host.Generate(s_nvml).ContainerEdits;
        Assert.Equal(
            ["create-symlinks", "create-symlinks", "enable-cuda-compat", "update-ldcache", "disable-device-node-modification", "update-application-profile"],
                common.HookNames());
        Assert.Equal(["/dev/nvidia-modeset", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidiactl"], Searches.Nodes(common));
        Assert.Equal("NVIDIA_VISIBLE_DEVICES=void", common.Env[^1]);
        Assert.StartsWith("NVIDIA_CTK_LIBCUDA_DIR=/usr/lib/", common.Env[0], StringComparison.Ordinal);
        Assert.Equal(["--host-driver-version=570.133.07"], common.Hooks[2].Args.Skip(2));
        // Graphics libraries add no folder: those of X.Org are not among the arguments.
        Assert.DoesNotContain(common.Hooks[3].Args, static word => word.Contains("xorg", StringComparison.Ordinal));
    }

    [Fact]
    public void A_host_without_graphics_is_no_error()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        string log = LogCapture.Of(() => host.Generate(s_nvml));
        Assert.DoesNotContain("level=warning", log, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("GN-19", "GN-22")]
    public void Without_libraries_of_the_version_the_step_is_named()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        GenerationOptions elsewhere = host.Options(s_nvml) with { LibrarySearchPaths = [host.At("/opt")] };
        Directory.CreateDirectory(host.At("/opt"));
        File.WriteAllText(host.At("/opt/libnvidia-ml.so.1"), "");
        GenerationException error = Assert.Throws<GenerationException>(() => SpecGenerator.Generate(elsewhere, ["0"], host.Context()));
        Assert.Equal(GenerationStep.CommonEdits, error.Step);
        Assert.StartsWith(
            "failed to create discoverer for driver libraries: failed to get libraries for driver version: failed to get driver library locator: failed to " +
            "get libcuda.so parent directory: failed to locate \"libcuda.so.\": libcuda.so.570.133.20: not found", error.Message, StringComparison.Ordinal);

        GenerationOptions management = host.Options(new GenerationOptions { Mode = GenerationMode.Management }) with { DriverRoot = host.At("/empty") };
        error = Assert.Throws<GenerationException>(() => SpecGenerator.Generate(management, [], host.Context()));
        Assert.StartsWith("failed to determine driver version (\"\"): failed to locate \"libcuda.so.\": ", error.Message, StringComparison.Ordinal);
    }

    // Full GPUs by index or UUID need nothing but the kernel module's own words.
    [Fact]
    [Requirement("GN-4", "NV-6")]
    public void Full_GPUs_are_described_without_asking_the_drivers_library()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        GenerationOptions options = host.Options(s_nvml with { NameStrategies = [DeviceNameStrategy.Index, DeviceNameStrategy.Uuid] });
        foreach (string id in (string[])["all", "0", host.Gpus("0").Names()[1]])
            Assert.Equal(2, SpecGenerator.Generate(options, [id], host.WithoutChild()).Devices.Count);
        Assert.Throws<GenerationException>(() => SpecGenerator.Generate(options, ["0:0"], host.WithoutChild()));
    }

    [Fact]
    [Requirement("GN-8")]
    public void A_UUID_that_procfs_does_not_show_is_asked_for()
    {
        using SimulatedTree host = SimulatedTree.Of("no-persistence");
        string[] names = host.Gpus().Names();
        Assert.Equal(4, names.Length);
        Assert.Equal(2, names.Count(static name => name.StartsWith("GPU-", StringComparison.Ordinal)));
        Assert.Equal(names[2..3], host.Gpus(names[2]).Names()[1..]);
    }

    [Theory]
    [Requirement("GN-11")]
    [InlineData("bare", "failed to initialize NVML: ERROR_LIBRARY_NOT_FOUND")]
    [InlineData("stale-module", "failed to initialize NVML: Driver/library version mismatch")]
    [InlineData("nvml-missing", "failed to initialize NVML: ERROR_LIBRARY_NOT_FOUND")]
    public void Without_a_usable_driver_the_cause_is_named(string name, string text)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        GenerationException error = Assert.Throws<GenerationException>(() => host.Generate(s_nvml));
        Assert.Equal(GenerationStep.Identification, error.Step);
        Assert.StartsWith(text, error.Message, StringComparison.Ordinal);
    }
}
