using GpuContainers.Ctk.Devices;
using GpuContainers.Diagnostics;
using GpuContainers.Host;
using GpuContainers.Host.Devices;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.Tests.Devices;

public sealed class DeviceTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("nvct").FullName;
    private readonly DeviceHost _host;

    public DeviceTests() => _host = new DeviceHost(_root);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root + path)!);
        File.WriteAllText(_root + path, text);
    }

    private void Driver(string frontend = "nvidia") =>
        Write("/proc/devices", $"Character devices:\n  1 mem\n195 {frontend}\n510 nvidia-uvm\n511 nvidia-caps\n\nBlock devices:\n  8 sd\n999 nvidia\n");

    private void Function(string address, string vendor, string kind, bool isVirtual = false)
    {
        Write($"/sys/bus/pci/devices/{address}/vendor", vendor + "\n");
        Write($"/sys/bus/pci/devices/{address}/class", kind + "\n");
        if (isVirtual)
            File.CreateSymbolicLink($"{_root}/sys/bus/pci/devices/{address}/physfn", "../0000:00:00.0");
    }

    [Fact]
    [Requirement("CT-180", "DS-103")]
    public void Majors_come_from_the_character_section()
    {
        Driver();
        DeviceMajors majors = DeviceMajors.Read(_host, "x");
        Assert.Equal(195u, majors.Find("nvidia"));
        Assert.Equal(510u, majors.Find("nvidia-uvm"));
        Assert.Null(majors.Find("mem"));
    }

    [Fact]
    [Requirement("CT-182", "DS-104")]
    public void The_frontend_is_the_same_device()
    {
        Driver("nvidia-frontend");
        Assert.Equal(195u, DeviceMajors.Read(_host, "x").Find("nvidia"));
    }

    [Fact]
    [Requirement("CT-181")]
    public void No_driver_is_said_also_without_the_file()
    {
        Assert.StartsWith("failed to create devices info: no NVIDIA devices found",
            Assert.Throws<HostException>(() => DeviceMajors.Read(_host, "failed to create devices info")).Message);
        Write("/proc/devices", "Character devices:\n  1 mem\n");
        Assert.Throws<HostException>(() => DeviceMajors.Read(_host, "x"));
    }

    [Fact]
    [Requirement("CT-152", "CT-153", "CT-154", "CT-156", "DS-105")]
    public void Control_nodes_are_made_with_mode_0666_and_left_when_they_exist()
    {
        Driver();
        Directory.CreateDirectory(_root + "/dev");
        new ControlDevices(DeviceMajors.Read(_host, "x"), dryRun: false).Create(_root);
        foreach ((string name, uint major, uint minor) in (ReadOnlySpan<(string, uint, uint)>)[
            ("nvidiactl", 195, 255), ("nvidia-modeset", 195, 254), ("nvidia-uvm", 510, 0), ("nvidia-uvm-tools", 510, 1)])
        {
            Assert.True(HostFile.TryStatus(_root + "/dev/" + name, false, out FileStatus status));
            Assert.Equal((FileKind.CharacterDevice, FileModes.SharedFile, major, minor), (status.Kind, status.Mode, status.Major, status.Minor));
        }
        Assert.Equal(4, Directory.GetFileSystemEntries(_root + "/dev").Length);
        File.Delete(_root + "/dev/nvidiactl");
        HostNodes.CreateCharacterDevice(_root + "/dev/nvidiactl", 1, 3, FileModes.SharedFile);
        new ControlDevices(DeviceMajors.Read(_host, "x"), dryRun: false).Create(_root);
        Assert.True(HostFile.TryStatus(_root + "/dev/nvidiactl", false, out FileStatus stale) && stale.Major == 1);
        new ControlDevices(DeviceMajors.Read(_host, "x"), dryRun: false) { ReplacesStale = true }.Create(_root);
        Assert.True(HostFile.TryStatus(_root + "/dev/nvidiactl", false, out FileStatus replaced) && replaced.Major == 195);
    }

    [Fact]
    [Requirement("CT-154", "CT-157")]
    public void A_missing_major_or_folder_ends_the_work_where_it_is()
    {
        Driver();
        Assert.Contains("failed to create NVIDIA control device nodes: failed to create device node nvidiactl: ",
            Assert.Throws<HostException>(() => new ControlDevices(DeviceMajors.Read(_host, "x"), false).Create(_root)).Message, StringComparison.Ordinal);
        Write("/proc/devices", "Character devices:\n195 nvidia\n");
        Directory.CreateDirectory(_root + "/dev");
        var error = Assert.Throws<HostException>(() => new ControlDevices(DeviceMajors.Read(_host, "x"), false).Create(_root));
        Assert.Equal("failed to create NVIDIA control device nodes: failed to create device node nvidia-uvm: failed to determine major: invalid device node",
            error.Message);
        Assert.Equal(2, Directory.GetFileSystemEntries(_root + "/dev").Length);
    }

    [Fact]
    [Requirement("CT-155")]
    public void A_dry_run_makes_nothing()
    {
        Driver();
        new ControlDevices(DeviceMajors.Read(_host, "x"), dryRun: true).Create(_root);
        Assert.False(Directory.Exists(_root + "/dev"));
    }

    [Fact]
    [Requirement("CT-171")]
    public void Only_the_drivers_modules_are_loaded() =>
        Assert.Equal("failed to load NVIDIA kernel modules: failed to load module ext4: invalid module",
            Assert.Throws<HostException>(() => new KernelModules(_host, "/", dryRun: true).Load("ext4")).Message);

    [Fact]
    [Requirement("CT-151", "CT-170", "CT-171")]
    public void A_failing_module_ends_the_work_with_its_output()
    {
        var error = Assert.Throws<HostException>(() => new KernelModules(_host, _root, dryRun: false).LoadAll());
        Assert.Matches("^failed to load NVIDIA kernel modules: failed to load module nvidia: exit status [0-9]+; output=", error.Message);
    }

    [Fact]
    [Requirement("CT-173")]
    public void Modules_that_are_loaded_are_not_loaded_again()
    {
        Write("/proc/modules", "nvidia_uvm 1 0 - Live 0x0\nnvidia_modeset 1 0 - Live 0x0\nnvidia 2 3 - Live 0x0\n");
        new KernelModules(_host, "/", dryRun: false).LoadAll();
        Assert.Throws<HostException>(() => new KernelModules(_host, _root, dryRun: false).LoadAll());
    }

    [Fact]
    [Requirement("CT-191")]
    public void A_function_without_readable_attributes_is_no_GPU()
    {
        Function("0000:0a:00.0", "0x10de", "0x030200");
        Write("/sys/bus/pci/devices/0000:0b:00.0/vendor", "0x10de\n");
        Directory.CreateDirectory(_root + "/sys/bus/pci/devices/0000:0c:00.0");
        Assert.Equal(1, PciGpus.Count(_host));
    }

    [Fact]
    [Requirement("CT-3")]
    public void People_at_a_terminal_see_short_lines() =>
        Assert.Matches("^WARN\\[[0-9]{4}\\] a \"b\"\n$",
            System.Text.Encoding.UTF8.GetString(LogLine.Format(LogFormat.Terminal, DateTimeOffset.UnixEpoch, LogLevel.Warning, "a \"b\"")));

    [Fact]
    [Requirement("CT-164")]
    public void Existing_nodes_are_character_devices_in_order()
    {
        Directory.CreateDirectory(_root + "/dev/nvidia-caps");
        foreach (string name in (string[])["nvidia0", "nvidia-uvm", "nvidia-fs0", "nvidia-nvswitchctl", "nvidia-nvlink", "nvidia-caps/nvidia-cap1", "other"])
            HostNodes.CreateCharacterDevice(_root + "/dev/" + name, 195, 0, FileModes.SharedFile);
        File.CreateSymbolicLink(_root + "/dev/nvidia1", "nvidia0");
        File.WriteAllText(_root + "/dev/nvidia2", "");
        Assert.Equal(["nvidia-uvm", "nvidia0", "nvidia-cap1"], ExistingNodes.List(_root).Select(node => Path.GetFileName(node.Path)));
        Assert.Empty(ExistingNodes.List(_root + "/none"));
    }

    [Fact]
    [Requirement("CT-161", "CT-163")]
    public void Links_are_made_kept_and_corrected()
    {
        string folder = _root + "/char";
        CharacterDevice[] nodes = [new("/dev/nvidia0", 195, 0), new("/dev/nvidiactl", 195, 255), new("/dev/nvidia1", 195, 1)];
        DevCharLinks.Create(folder, nodes, dryRun: true);
        Assert.False(Directory.Exists(folder));
        Directory.CreateDirectory(folder);
        File.CreateSymbolicLink(folder + "/195:255", "/dev/wrong");
        File.WriteAllText(folder + "/195:1", "no link");
        DevCharLinks.Create(folder, nodes, dryRun: false);
        Assert.Equal("/dev/nvidia0", new FileInfo(folder + "/195:0").LinkTarget);
        Assert.Equal("/dev/nvidiactl", new FileInfo(folder + "/195:255").LinkTarget);
        Assert.Equal("no link", File.ReadAllText(folder + "/195:1"));
        Assert.Equal(3, Directory.GetFileSystemEntries(folder).Length);
    }

    [Fact]
    [Requirement("CT-165", "CT-166", "CT-167", "CT-185", "CT-186", "CT-190")]
    public void All_possible_nodes_are_listed_in_order_gaps_included()
    {
        Driver();
        Function("0000:0a:00.0", "0x10de", "0x030200");
        Function("0000:09:00.0", "0x10de", "0x030000");
        Function("0000:0b:00.0", "0x10de", "0x030200", isVirtual: true);
        Function("0000:0c:00.0", "0x10de", "0x068000");
        Function("0000:0d:00.0", "0x15b3", "0x030200");
        Write("/proc/driver/nvidia-caps/mig-minors",
            "config 1\nmonitor 2\nnonsense\ngpu0/gi1/ci0/access 4\ngpu0/gi1/access 3\ngpu0/gi7/access 30\ngpu1/gi0/access 50\ngpu9/gi0/access 90\n");
        Assert.Equal(
            [
                "/dev/nvidia-modeset 195:254", "/dev/nvidiactl 195:255", "/dev/nvidia-uvm 510:0", "/dev/nvidia-uvm-tools 510:1",
                "/dev/nvidia-caps/nvidia-cap1 511:1", "/dev/nvidia-caps/nvidia-cap2 511:2",
                "/dev/nvidia0 195:0", "/dev/nvidia-caps/nvidia-cap3 511:3", "/dev/nvidia-caps/nvidia-cap4 511:4", "/dev/nvidia-caps/nvidia-cap30 511:30",
                "/dev/nvidia1 195:1", "/dev/nvidia-caps/nvidia-cap50 511:50",
            ],
            PossibleNodes.List(_host, "/").Select(node => $"{node.Path} {node.Major}:{node.Minor}"));
    }

    [Fact]
    [Requirement("CT-165", "CT-192")]
    public void Missing_majors_and_an_unreadable_bus_are_errors()
    {
        const string step = "failed to create symlink creator: failed to create all possible device lister: ";
        Assert.StartsWith(
            step + "failed reading device majors: no NVIDIA devices found", Assert.Throws<HostException>(() => PossibleNodes.List(_host, "/")).Message);
        Write("/proc/devices", "Character devices:\n195 nvidia\n");
        Assert.Equal(step + "missing required device major nvidia-uvm", Assert.Throws<HostException>(() => PossibleNodes.List(_host, "/")).Message);
        Write("/proc/driver/nvidia-caps/mig-minors", "");
        Assert.Equal(step + "missing required device major nvidia-caps", Assert.Throws<HostException>(() => PossibleNodes.List(_host, "/")).Message);
        Driver();
        Assert.StartsWith("failed to get GPU information: ", Assert.Throws<HostException>(() => PossibleNodes.List(_host, "/")).Message);
        Directory.CreateDirectory(_root + "/sys/bus/pci/devices");
        Assert.Empty(PossibleNodes.List(_host, "/"));
    }
}
