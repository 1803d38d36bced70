using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;
using GpuContainers.Host.Gpus;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Host.Tests.Inventory;

/// <summary>GPUs that could be in MIG mode and show no instance, as a real one does whether the mode is on or off.</summary>
public sealed class WholeGpusTests
{
    private const string Off = """{ "gpus": [ { "count": 2, "showsMigFolder": true } ] }""";
    private const string On = """{ "gpus": [ { "showsMigFolder": true, "mig": [ ] }, { "showsMigFolder": true } ] }""";
    private static readonly InventoryChild s_none = new("/nowhere/nvidia-ctk-cli", Command.Limit);

    [Fact]
    [Requirement("RT-275")]
    public void The_library_is_asked_for_the_mode_once_for_each_load_of_the_driver()
    {
        using SimulatedTree host = Host(Off);
        Assert.Equal([false, false], Modes(host, host.Child()));
        // From now on no child is needed, until the driver is loaded anew.
        Assert.Equal([false, false], Modes(host, s_none));
        Directory.SetLastWriteTimeUtc(host.At("/sys/module/nvidia"), DateTime.UnixEpoch.AddDays(1));
        Assert.Throws<HostException>(() => Modes(host, s_none));
    }

    [Fact]
    [Requirement("RT-275")]
    public void A_restart_of_the_system_asks_again()
    {
        using SimulatedTree host = Host(Off);
        Assert.Equal([false, false], Modes(host, host.Child()));
        host.Write("/proc/sys/kernel/random/boot_id", "another\n");
        Assert.Throws<HostException>(() => Modes(host, s_none));
    }

    // The mode can end without a sign, and then the GPU must not be left out.
    [Fact]
    [Requirement("RT-275")]
    public void That_the_mode_is_on_is_asked_each_time()
    {
        using SimulatedTree host = Host(On);
        Assert.Equal([true, false], Modes(host, host.Child()));
        Assert.Throws<HostException>(() => Modes(host, s_none));
    }

    [Fact]
    [Requirement("RT-275")]
    public void A_GPU_that_cannot_be_cut_needs_no_child()
    {
        using SimulatedTree host = Host("""{ "gpus": [ { "count": 2 } ] }""");
        Assert.Equal([false, false], Modes(host, s_none));
        Assert.False(File.Exists(host.At("/run/nvidia-container-toolkit/whole-gpus")));
    }

    private static SimulatedTree Host(string description)
    {
        SimulatedTree host = SimulatedTree.OfText(description.Replace("{ \"gpus\"", "{ \"driver\": { }, \"gpus\"", StringComparison.Ordinal));
        host.Write("/proc/sys/kernel/random/boot_id", "one\n");
        Directory.CreateDirectory(host.At("/sys/module/nvidia"));
        return host;
    }

    private static bool[] Modes(SimulatedTree host, InventoryChild child)
    {
        var files = new FileTree();
        var root = new DriverRoot(files, host.DriverRoot);
        var inventory = new GpuInventory(
            root, new LibraryFolders(root, []), new NvidiaProc(files, host.Root), child, new WholeGpus(host.Root));
        return [.. inventory.Gpus.Select(static gpu => gpu.IsMigEnabled)];
    }
}
