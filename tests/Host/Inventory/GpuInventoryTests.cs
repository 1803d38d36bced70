using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;
using GpuContainers.Host.Gpus;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Host.Tests.Inventory;

/// <summary>The GPUs of whole hosts; the child is the real one, and it loads the simulated NVML.</summary>
public sealed class GpuInventoryTests
{
    private static readonly InventoryChild s_none = new("/nowhere/nvidia-ctk-cli", Command.Limit);

    // Full GPUs come from procfs, so whatever NVML does, nobody asks it.
    [Theory]
    [Requirement("NV-6")]
    [InlineData("h200x2")]
    [InlineData("nvml-fails")]
    [InlineData("nvml-hangs")]
    [InlineData("nvml-crashes")]
    public void Full_GPUs_need_no_child(string name)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        GpuInventory inventory = Inventory(host, s_none);
        inventory.Require();
        Assert.Equal([0, 1], inventory.Gpus.Select(static gpu => gpu.Minor!.Value));
        Assert.Equal("570.133.20", inventory.LoadedVersion);
    }

    [Theory]
    [Requirement("DS-29", "NV-2")]
    [InlineData("nvml-missing", "ERROR_LIBRARY_NOT_FOUND: no libnvidia-ml.so.1 was found; install the NVIDIA driver")]
    [InlineData("bare", "ERROR_LIBRARY_NOT_FOUND: ")]
    [InlineData("stale-module", "Driver/library version mismatch: the loaded kernel module is 550.54.15, but the libraries are 570.133.20")]
    public void A_driver_that_is_not_complete_is_refused_with_the_words_of_NVML_and_the_cure(string name, string text)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        GpuInventory inventory = Inventory(host, s_none);
        var error = Assert.Throws<HostException>(inventory.Require);
        Assert.Equal(HostFailure.DriverUnavailable, error.Reason);
        Assert.StartsWith("failed to initialize NVML: " + text, error.Message, StringComparison.Ordinal);
        Assert.Null(inventory.LoadedVersion);
    }

    [Fact]
    public void Without_a_kernel_module_the_library_decides()
    {
        using SimulatedTree host = SimulatedTree.OfText("""{ "driver": { "kernelModule": "" }, "gpus": [ { } ] }""");
        var error = Assert.Throws<HostException>(() => Inventory(host).Require());
        Assert.StartsWith("failed to initialize NVML: Driver Not Loaded: no NVIDIA kernel module is loaded; load it (modprobe nvidia)", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_UUID_that_procfs_does_not_show_is_asked_of_the_child_once()
    {
        using SimulatedTree host = SimulatedTree.Of("no-persistence");
        GpuInventory inventory = Inventory(host);
        Assert.Equal([null, null], inventory.Gpus.Select(static gpu => gpu.Uuid));
        Assert.Equal(
            ["GPU-2f4d1a00-7c3e-4b6a-9d21-5e8f4a000000", "GPU-2f4d1a01-7c3e-4b6a-9d21-5e8f4a000001"], inventory.ReportedGpus.Select(static gpu => gpu.Uuid));
        Assert.Same(inventory.Report, inventory.Report);
        Assert.Same(inventory.ReportedGpus, inventory.ReportedGpus);
    }

    [Fact]
    [Requirement("NV-8")]
    public void The_child_tells_MIG_devices_with_their_gaps()
    {
        using SimulatedTree host = SimulatedTree.Of("mig-two-gpus");
        IReadOnlyList<Gpu> gpus = Inventory(host).ReportedGpus;
        Assert.Equal([true, true, true], gpus.Select(static gpu => gpu.IsMigEnabled));
        Assert.Equal([(1, "0000:18:00.0"), (0, "0000:2a:00.0"), (2, "0000:3a:00.0")], gpus.Select(static gpu => (gpu.Minor!.Value, gpu.BusId!)));
        Assert.Equal(
            [(0, 3, 0, true), (2, 6, 1, false)], gpus[0].MigDevices.Select(static mig => (mig.Index, mig.GpuInstance, mig.ComputeInstance, mig.HasGraphics)));
        Assert.Equal([(0, 0, 0, false)], gpus[1].MigDevices.Select(static mig => (mig.Index, mig.GpuInstance, mig.ComputeInstance, mig.HasGraphics)));
        Assert.Empty(gpus[2].MigDevices);
        Assert.Equal(3, gpus.SelectMany(static gpu => gpu.MigDevices).Select(static mig => mig.Uuid).Distinct().Count());
    }

    [Fact]
    public void The_child_and_procfs_count_alike_where_a_GPU_is_excluded()
    {
        using SimulatedTree host = SimulatedTree.Of("excluded-gpu");
        GpuInventory inventory = Inventory(host);
        Assert.Equal(inventory.Gpus.Select(Facts), inventory.ReportedGpus.Select(Facts));
        Assert.Equal([0, 2], inventory.ReportedGpus.Select(static gpu => gpu.Minor!.Value));
    }

    [Fact]
    [Requirement("NV-13")]
    public void The_child_tells_whether_a_GPU_is_coherent()
    {
        using SimulatedTree host = SimulatedTree.Of("gh200");
        Assert.Equal([("0000:18:00.0", false), ("0009:01:00.0", true)], Inventory(host).ReportedGpus.Select(static gpu => (gpu.BusId!, gpu.IsCoherent!.Value)));
    }

    [Fact]
    [Requirement("NV-3", "NV-4", "NV-9", "NV-12", "NV-13")]
    public void An_old_library_tells_what_it_knows()
    {
        using SimulatedTree host = SimulatedTree.Of("nvml-old");
        IReadOnlyList<Gpu> gpus = Inventory(host).ReportedGpus;
        Assert.Equal(
            [("0000:18:00.0", false, false), ("0000:2a:00.0", false, false)], gpus.Select(static gpu => (gpu.BusId!, gpu.IsMigEnabled, gpu.IsCoherent!.Value)));
        Assert.StartsWith("GPU-", gpus[1].Uuid, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nvml-fails", HostFailure.DriverUnavailable, "failed to initialize NVML: Unknown Error: check that nvidia-smi works on this host")]
    [InlineData("nvml-crashes", HostFailure.Inventory, "crashed when it was asked (signal 11)")]
    public void A_library_that_fails_or_crashes_is_one_error(string name, HostFailure reason, string text) => AssertOneError(name, Command.Limit, reason, text);

    [Fact]
    [Trait("Kind", "slow")]
    public void A_library_that_hangs_is_one_error() =>
        AssertOneError("nvml-hangs", TimeSpan.FromSeconds(2), HostFailure.Inventory, "did not answer within 2 seconds");

    private static void AssertOneError(string name, TimeSpan limit, HostFailure reason, string text)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        GpuInventory inventory = Inventory(host, host.Child(limit));
        var error = Assert.Throws<HostException>(() => inventory.ReportedGpus);
        Assert.Equal(reason, error.Reason);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        if (reason == HostFailure.Inventory)
            Assert.Contains(host.At("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.570.133.20"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_does_not_load_says_why()
    {
        using SimulatedTree host = SimulatedTree.Of("no-persistence");
        string library = host.At("/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.570.133.20");
        File.WriteAllText(library, "no library");
        GpuInventory inventory = Inventory(host);
        var error = Assert.Throws<HostException>(() => inventory.ReportedGpus);
        Assert.StartsWith("failed to initialize NVML: ERROR_LIBRARY_NOT_FOUND: install the NVIDIA driver", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("NV-1")]
    [InlineData("h200x2", "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.570.133.20")]
    [InlineData("lib64", "/usr/lib64/libnvidia-ml.so.570.133.20")]
    [InlineData("no-cache", "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.570.133.20")]
    [InlineData("custom-folder", "/opt/nvidia/lib/libnvidia-ml.so.570.133.20")]
    [InlineData("driver-container", "/run/nvidia/driver/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.570.133.20")]
    [InlineData("nvml-missing", null)]
    [InlineData("nix-store", null)]
    public void The_library_is_that_of_the_driver_root(string name, string? library)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        Assert.Equal(library is null ? null : host.At(library), Inventory(host, s_none).Library);
    }

    private static (int, string?, int?, string?, string) Facts(Gpu gpu) => (gpu.Index, gpu.Uuid, gpu.Minor, gpu.BusId, gpu.Name);

    private static GpuInventory Inventory(SimulatedTree host, InventoryChild? child = null)
    {
        var files = new FileTree();
        var root = new DriverRoot(files, host.DriverRoot);
        return new GpuInventory(root, new LibraryFolders(root, []), new NvidiaProc(files, host.Root), child ?? host.Child());
    }
}
