using GpuContainers.Host.Files;
using GpuContainers.Host.Gpus;
using GpuContainers.Host.Tests.Files;

namespace GpuContainers.Host.Tests.Gpus;

public sealed class NvidiaProcTests
{
    [Fact]
    public void GPUs_are_counted_by_address_and_keep_their_minors()
    {
        using SimulatedTree host = SimulatedTree.Of("reordered-minors");
        Assert.Equal([(0, 2, "0000:18:00.0"), (1, 0, "0000:3a:00.0"), (2, 1, "0000:9a:00.0")], Gpus(host)
            .Select(static gpu => (gpu.Index, gpu.Minor!.Value, gpu.BusId!)));
    }

    // Sixteen GPUs in two PCI domains.
    [Fact]
    [Requirement("DS-106")]
    public void Domains_come_before_buses()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x16");
        List<Gpu> gpus = Gpus(host);
        Assert.Equal(Enumerable.Range(0, 16), gpus.Select(static gpu => gpu.Index));
        Assert.Equal("0000:db:00.0", gpus[7].BusId);
        Assert.Equal("0001:18:00.0", gpus[8].BusId);
    }

    [Fact]
    [Requirement("DS-106")]
    public void An_excluded_GPU_is_left_out_and_takes_no_index()
    {
        using SimulatedTree host = SimulatedTree.Of("excluded-gpu");
        Assert.Equal([(0, 0), (1, 2)], Gpus(host).Select(static gpu => (gpu.Index, gpu.Minor!.Value)));
    }

    [Fact]
    public void A_GPU_without_a_known_UUID_has_none()
    {
        using SimulatedTree host = SimulatedTree.Of("no-persistence");
        Assert.Equal([null, null], Gpus(host).Select(static gpu => gpu.Uuid));
    }

    [Fact]
    public void A_GPU_that_is_cut_up_is_known_by_its_instances()
    {
        using SimulatedTree host = SimulatedTree.Of("mig-two-gpus");
        // The third is in MIG mode without an instance: only NVML knows.
        Assert.Equal([true, true, false], Gpus(host).Select(static gpu => gpu.IsMigEnabled));
    }

    [Fact]
    public void A_GPU_whose_file_cannot_be_read_is_left_out_with_a_warning()
    {
        using SimulatedTree host = SimulatedTree.Of("reordered-minors");
        string folder = host.At("/proc/driver/nvidia/gpus/0000:3a:00.0");
        File.Delete(folder + "/information");
        string log = LogCapture.Of(() => Assert.Equal([2, 1], Gpus(host).Select(static gpu => gpu.Minor!.Value)));
        Assert.Contains($"ignoring GPU 0000:3a:00.0: cannot read {folder}/information", log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_information_file_is_a_warning_not_a_loss_of_memory()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        Sparse.Write(host.At("/proc/driver/nvidia/gpus/0000:18:00.0/information"), 1L << 30);
        Sparse.Write(host.At("/proc/driver/nvidia/version"), 1L << 30);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string log = LogCapture.Of(() => Assert.Single(Gpus(host)));
        Assert.Contains("file too large", log, StringComparison.OrdinalIgnoreCase);
        Assert.Null(new NvidiaProc(new FileTree(), host.Root).Version);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_host_without_a_module_has_no_GPUs()
    {
        using SimulatedTree host = SimulatedTree.Of("bare");
        var proc = new NvidiaProc(new FileTree(), host.Root);
        Assert.Null(proc.Version);
        Assert.False(proc.ListsGpus);
        Assert.Empty(proc.Gpus());
    }

    [Fact]
    [Requirement("DS-108")]
    public void The_DRM_nodes_are_those_of_the_PCI_device_in_the_order_of_their_names()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        Directory.CreateDirectory(host.At("/sys/bus/pci/devices/0000:18:00.0/drm/controlD64"));
        Assert.Equal(["/dev/dri/card0", "/dev/dri/controlD64", "/dev/dri/renderD128"], DrmNodes.Find(new FileTree(), host.Root, "0000:18:00.0"));
        Assert.Empty(DrmNodes.Find(new FileTree(), host.Root, "0000:19:00.0"));
    }

    private static List<Gpu> Gpus(SimulatedTree host) => [.. new NvidiaProc(new FileTree(), host.Root).Gpus()];
}
