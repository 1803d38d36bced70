using GpuContainers.Cdi;
using GpuContainers.Generation.Discovery;
using GpuContainers.Generation.Hooks;
using GpuContainers.Host;
using GpuContainers.Host.Gpus;
using GpuContainers.Linux.Files;

namespace GpuContainers.Generation.Tests.Discovery;

public sealed class GpuNodesTests
{
    private const UnixFileMode Shared = FileModes.PrivateFile | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    // By the minor, not the index; then the DRM nodes of the PCI device.
    [Theory]
    [Requirement("DS-88")]
    [InlineData("reordered-minors", 0, "/dev/nvidia2")]
    [InlineData("reordered-minors", 2, "/dev/nvidia1")]
    [InlineData("excluded-gpu", 1, "/dev/nvidia2")]
    [InlineData("h200x16", 15, "/dev/nvidia15 /dev/dri/card15 /dev/dri/renderD143")]
    [InlineData("rtx-graphics", 0, "/dev/nvidia0 /dev/dri/card0 /dev/dri/renderD128")]
    public void A_full_GPU_has_its_node_and_its_DRM_nodes(string name, int index, string nodes)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        Assert.Equal(nodes.Split(' '), Searches.Nodes(Full(host, index)));
    }

    [Fact]
    [Requirement("DS-88")]
    public void A_missing_node_is_a_warning_with_the_cure()
    {
        using SimulatedTree host = SimulatedTree.Of("missing-node");
        string log = LogCapture.Of(() => Assert.Empty(Full(host, 1).DeviceNodes));
        Assert.Contains($"Could not locate device node {host.At("/dev/nvidia1")}", log, StringComparison.Ordinal);
        Assert.Contains("nvidia-modprobe", log, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DS-89")]
    public void A_GPU_without_a_minor_is_an_error()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        var gpu = new Gpu(0, "NVIDIA H200", null, null, null, false, null, []);
        var error = Assert.Throws<GenerationException>(() => host.Parts().Nodes.Full(gpu));
        Assert.StartsWith("error getting device node path: error getting GPU device minor number: ", error.Message, StringComparison.Ordinal);
    }

    // The link keeps the device root in front.
    [Fact]
    [Requirement("DS-90", "DS-91")]
    public void Links_by_path_lead_to_the_nodes_that_were_found()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        Hook hook = Assert.Single(Full(host, 0).Hooks);
        Assert.Equal(
            ["nvidia-cdi-hook", "create-symlinks", "--link", $"../card0::{host.Root}/dev/dri/by-path/pci-0000:18:00.0-card", "--link",
                $"../renderD128::{host.Root}/dev/dri/by-path/pci-0000:18:00.0-render"],
            hook.Args);
    }

    [Fact]
    [Requirement("DS-90")]
    public void Links_that_lead_elsewhere_or_are_missing_are_left_out()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        File.Delete(host.At("/dev/dri/renderD128"));
        Assert.Equal(["../card0::/dev/dri/by-path/pci-0000:18:00.0-card"], host.Links(Full(host, 0)));
        host.Link("/dev/dri/by-path/pci-0000:18:00.0-card", host.At("/dev/dri/card0"));
        Assert.Equal(["/dev/dri/card0::/dev/dri/by-path/pci-0000:18:00.0-card"], host.Links(Full(host, 0)));
        host.Link("/dev/dri/by-path/pci-0000:18:00.0-card", "../card7");
        Assert.Empty(Full(host, 0).Hooks);
        File.Delete(host.At("/dev/dri/by-path/pci-0000:18:00.0-card"));
        Assert.Empty(Full(host, 0).Hooks);
    }

    // Only on request, in the order of the nodes, not for MIG devices.
    [Fact]
    [Requirement("DS-92")]
    public void The_folder_of_DRM_nodes_may_have_its_mode_changed()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        var options = new GenerationOptions { Mode = GenerationMode.Nvml, EnabledHooks = [HookName.Chmod] };
        Assert.Equal("chmod --mode 755 --path /dev/dri", host.Hooks(Full(host, 0, options)).Last());
        Assert.Equal(
            ["/dev/nvidia-caps", "/dev/dri"],
            GpuNodes.FoldersOf([Node("/dev/nvidia0"), Node("/dev/nvidia-caps/nvidia-cap1"), Node("/dev/dri/card0"),
                Node("/dev/nvidia-caps-imex-channels/channel0"), Node("/dev/nvidia-caps/nvidia-cap2")]));
        using SimulatedTree mig = SimulatedTree.Of("mig-two-gpus");
        Assert.DoesNotContain(mig.Hooks(Mig(mig, 0, 0, options)), static hook => hook.StartsWith("chmod", StringComparison.Ordinal));
    }

    // The numbers are those of the minor, which here is not the index.
    [Theory]
    [Requirement("DS-93", "DS-94", "DS-96")]
    [InlineData(0, 0, "/dev/nvidia1 /dev/nvidia-caps/nvidia-cap165 /dev/nvidia-caps/nvidia-cap166 /dev/dri/card1 /dev/dri/renderD129")]
    [InlineData(0, 2, "/dev/nvidia1 /dev/nvidia-caps/nvidia-cap192 /dev/nvidia-caps/nvidia-cap194")]
    [InlineData(1, 0, "/dev/nvidia0 /dev/nvidia-caps/nvidia-cap3 /dev/nvidia-caps/nvidia-cap4")]
    public void A_MIG_device_has_its_parent_its_capabilities_and_DRM_nodes_if_it_can_draw(int gpu, int index, string nodes)
    {
        using SimulatedTree host = SimulatedTree.Of("mig-two-gpus");
        ContainerEdits edits = Mig(host, gpu, index);
        Assert.Equal(nodes.Split(' '), Searches.Nodes(edits));
        Assert.Equal(nodes.Contains("dri", StringComparison.Ordinal) ? 2 : 0, host.Links(edits).Count());
    }

    [Fact]
    [Requirement("DS-94", "DS-95")]
    public void A_capability_without_a_number_is_an_error_that_names_the_file()
    {
        using SimulatedTree host = SimulatedTree.Of("mig-two-gpus");
        string file = host.Write("/proc/driver/nvidia-caps/mig-minors", "gpu1/gi3/access 165\n");
        Assert.StartsWith("failed to get CI cap device path: invalid MIG capability path gpu1/gi3/ci0/access: it is not in " + file, MigError(host),
            StringComparison.Ordinal);
        host.Write("/proc/driver/nvidia-caps/mig-minors", "gpu1/gi3/ci0/access 165\n");
        Assert.StartsWith("failed to get GI cap device path: invalid MIG capability path gpu1/gi3/access", MigError(host), StringComparison.Ordinal);
        File.Delete(file);
        Assert.StartsWith("error getting MIG capability device paths: there is no " + file, MigError(host), StringComparison.Ordinal);
        SparseFile(file);
        Assert.StartsWith("error getting MIG capability device paths: ", MigError(host), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DS-131", "DS-132")]
    public void A_node_carries_the_numbers_mode_and_group_of_the_host()
    {
        using SimulatedTree host = SimulatedTree.Of("restricted-nodes");
        const UnixFileMode ownerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        Assert.Equal(
            [
                new DeviceNode
                {
                    Path = "/dev/nvidia0", HostPath = host.At("/dev/nvidia0"), Major = 195, Minor = 0, FileMode = ownerAndGroup, Permissions = "rwm", Gid = 27,
                },
                new DeviceNode
                {
                    Path = "/dev/dri/card0", HostPath = host.At("/dev/dri/card0"), Major = 226, Minor = 0, FileMode = ownerAndGroup, Permissions = "rwm",
                    Gid = 44,
                },
                new DeviceNode
                {
                    Path = "/dev/dri/renderD128", HostPath = host.At("/dev/dri/renderD128"), Major = 226, Minor = 128, FileMode = ownerAndGroup,
                    Permissions = "rwm",
                    Gid = 106,
                },
            ],
            Full(host, 0).DeviceNodes);
        Wiring own = new(new GenerationOptions { Mode = GenerationMode.Nvml }, new HostContext());
        Assert.Equal("", own.NodeSearch.Find("/dev/null")!.HostPath);
        Assert.Equal((1, 3), (own.NodeSearch.Find("/dev/null")!.Major, own.NodeSearch.Find("/dev/null")!.Minor));
    }

    [Theory]
    [Requirement("DS-133")]
    [InlineData(Shared, 27, true)]
    [InlineData(Shared | UnixFileMode.OtherRead, 27, true)]
    [InlineData(FileModes.SharedFile, 27, false)]
    [InlineData(Shared, 0, false)]
    [InlineData((UnixFileMode)0, 27, false)]
    public void A_group_is_added_where_not_everyone_may_read_and_write(UnixFileMode mode, uint group, bool added)
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        host.Node("/dev/nvidia0", 195, 0, mode, group);
        Wiring parts = host.Parts(), without = host.Parts(new GenerationOptions { Mode = GenerationMode.Nvml, NoAdditionalGids = true });
        DeviceNode node = parts.NodeSearch.Find("/dev/nvidia0")!;
        Assert.Equal(added ? [group] : [], parts.NodeSearch.GroupsOf([node]));
        Assert.Empty(without.NodeSearch.GroupsOf([node]));
        Assert.Equal(group == 0 ? null : group, node.Gid);
        Assert.Equal(mode == 0 ? null : (UnixFileMode)mode, node.FileMode);
    }

    // Below the device root; a link to a node and a plain file are none; a device root that ends in dev finds nothing.
    [Fact]
    [Requirement("DS-11", "DS-50")]
    public void Only_character_devices_below_the_device_root_are_nodes()
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        host.Node("/devs/dev/nvidia0", 195, 0);
        host.Write("/devs/dev/nvidia1");
        host.Link("/devs/dev/nvidia2", "nvidia0");
        Wiring parts = host.Parts(new GenerationOptions { Mode = GenerationMode.Nvml, DevRoot = "/devs" });
        Assert.Equal(["/dev/nvidia0"], parts.NodeSearch.Match("/dev/nvidia*").Select(static node => node.Path));
        Assert.Equal(["/dev/nvidia0"], parts.NodeSearch.FindAll("/dev/nvidia2", "/dev/nvidia0", "/dev/nvidia1").Select(static node => node.Path));
        Assert.Empty(host.Parts(new GenerationOptions { Mode = GenerationMode.Nvml, DevRoot = "/devs/dev" }).NodeSearch.Match("/dev/nvidia*"));
    }

    // A node that two patterns name comes once.
    [Fact]
    [Requirement("DS-46")]
    public void A_node_comes_once()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        Assert.Equal(
            ["/dev/nvidia-nvswitchctl", "/dev/nvidia-nvswitch0", "/dev/nvidia-nvswitch1", "/dev/nvidia-nvswitch2", "/dev/nvidia-nvswitch3"],
            host.Parts().NodeSearch.Match("/dev/nvidia-nvswitchctl", "/dev/nvidia-nvswitch*").Select(static node => node.Path));
    }

    // Split roots: the driver's files lie elsewhere than the nodes.
    [Theory]
    [Requirement("DS-25")]
    [InlineData("driver-container", "")]
    [InlineData("driver-container-dev", "/run/nvidia/driver")]
    public void The_device_root_may_be_another_than_the_drivers(string name, string devRoot)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        ContainerEdits edits = host.Parts(new GenerationOptions { Mode = GenerationMode.Nvml, DevRoot = devRoot }).Nodes.Control();
        Assert.Equal(["/dev/nvidia-modeset", "/dev/nvidia-uvm-tools", "/dev/nvidia-uvm", "/dev/nvidiactl"], Searches.Nodes(edits));
        Assert.All(edits.DeviceNodes, node => Assert.Equal(host.At(devRoot + node.Path), node.HostPath));
    }

    private static ContainerEdits Full(SimulatedTree host, int index, GenerationOptions? options = null)
    {
        Wiring parts = host.Parts(options);
        return parts.Nodes.Full(parts.Inventory.Gpus.ElementAt(index));
    }

    private static ContainerEdits Mig(SimulatedTree host, int gpu, int index, GenerationOptions? options = null)
    {
        Wiring parts = host.Parts(options);
        Gpu parent = parts.Inventory.ReportedGpus[gpu];
        return parts.Nodes.Mig(parent, parent.MigDevices.Single(mig => mig.Index == index));
    }

    private static string MigError(SimulatedTree host)
    {
        var error = Assert.Throws<GenerationException>(() => Mig(host, 0, 0));
        Assert.Equal(GenerationStep.Devices, error.Step);
        return error.Message;
    }

    private static void SparseFile(string path)
    {
        using FileStream file = File.Create(path);
        file.SetLength(1L << 30);
    }

    private static DeviceNode Node(string path) => new() { Path = path };
}
