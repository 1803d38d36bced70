using GpuContainers.Linux.Files;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The hook update-application-profile.</summary>
public sealed class UpdateApplicationProfileTests : IDisposable
{
    private const string Profile = "/etc/nvidia/nvidia-application-profiles-rc.d/10-container.conf";
    private readonly HookContainer _container = new();

    [Theory]
    [Requirement("HK-125", "HK-127")]
    [InlineData("0x1", 0u)]
    [InlineData("0x9", 0u, 3u)]
    [InlineData("0x8000000000000000", 63u)]
    [InlineData("0xffff", 0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 10u, 11u, 12u, 13u, 14u, 15u)]
    public void The_mask_has_a_bit_for_each_minor_number(string mask, params uint[] minors)
    {
        // The digits of the names say something else.
        for (int i = 0; i < minors.Length; i++)
            Device($"nvidia{100 + i}", minors[i]);
        Assert.Equal("", _container.Succeed("update-application-profile").Errors);
        Assert.Equal(
            "{\"profiles\":[{\"name\":\"_container_\",\"settings\":[\"EGLVisibleDGPUDevices\"," + mask +
                "]}],\"rules\":[{\"pattern\":[],\"profile\":\"_container_\"}]}",
            _container.Read(Profile));
        Assert.Equal(
            [Octal("444"), Octal("555"), Octal("555"), Octal("755")], new[] { Profile, Path.GetDirectoryName(Profile)!, "/etc/nvidia", "/etc" }.Select(ModeOf));
    }

    [Fact]
    [Requirement("HK-126")]
    public void A_minor_number_above_63_is_dropped_with_a_warning()
    {
        Device("nvidia0", 64);
        HookResult result = _container.Run("update-application-profile");
        Assert.Equal(0, result.Status);
        Assert.Contains("level=warning", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_container.At("/etc")));
        Device("nvidia1", 2);
        _container.Run("update-application-profile");
        Assert.Contains("0x4]", _container.Read(Profile), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HK-124", "HK-126")]
    public void Without_GPUs_there_is_no_file()
    {
        _container.Succeed("update-application-profile");
        // Other names, links, files and folders do not count (HK-125).
        Device("nvidiactl", 255);
        Device("nvidia-uvm", 1);
        Device("nvidia1x", 1);
        Device("xnvidia1", 1);
        Device("null", 1);
        _container.Link("/dev/nvidia2", "null").File("/dev/nvidia3").Folder("/dev/nvidia4").Pipe("/dev/nvidia5");
        _container.Succeed("update-application-profile");
        Assert.False(Directory.Exists(_container.At("/etc")));
    }

    // NVIDIA's toolkit fails at absolute links, and waits for ever at a pipe.
    [Fact]
    [Requirement("HK-128")]
    public void Folders_may_be_links_within_the_root_and_what_has_the_files_name_is_replaced()
    {
        Device("real/nvidia0", 0);
        _container.Folder("/real-etc").Link("/etc", "/real-etc");
        Directory.Move(_container.At("/dev"), _container.At("/devices"));
        _container.Link("/dev", "/devices/real").Pipe("/real-etc" + Profile["/etc".Length..]);
        _container.Succeed("update-application-profile");
        Assert.Contains("0x1]", _container.Read("/real-etc" + Profile["/etc".Length..]), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HK-128")]
    public void A_second_run_leaves_the_same_file_alone()
    {
        Device("nvidia0", 0);
        _container.Succeed("update-application-profile");
        string after = _container.Aged().Listing();
        _container.Succeed("update-application-profile");
        Assert.Equal(after, _container.Listing());
        Device("nvidia1", 1);
        _container.Succeed("update-application-profile");
        Assert.Contains("0x3]", _container.Read(Profile), StringComparison.Ordinal);
    }

    public void Dispose() => _container.Dispose();

    private static int Octal(string text) => Convert.ToInt32(text, 8);

    private int ModeOf(string path) => (int)File.GetUnixFileMode(_container.At(path));

    private void Device(string name, uint minor)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_container.At("/dev/" + name))!);
        HostNodes.CreateCharacterDevice(_container.At("/dev/" + name), 195, minor, FileModes.SharedFile);
    }
}
