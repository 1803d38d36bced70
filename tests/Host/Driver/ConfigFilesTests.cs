using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;

namespace GpuContainers.Host.Tests.Driver;

public sealed class ConfigFilesTests : IDisposable
{
    private const string Name = "vulkan/icd.d/nvidia_icd.json";
    private readonly SimulatedTree _host = SimulatedTree.OfText("{}");

    public void Dispose() => _host.Dispose();

    [Theory]
    [Requirement("DS-37", "DS-38")]
    [InlineData(null, "/etc /usr/local/share /usr/share")]
    [InlineData("", "/etc /usr/local/share /usr/share")]
    [InlineData("/opt/share:/srv/share", "/etc /opt/share /srv/share")]
    public void Files_are_looked_for_in_etc_and_then_in_the_data_folders(string? dataDirectories, string folders)
    {
        string[] order = folders.Split(' ');
        foreach (string folder in order.Append("/nowhere"))
            _host.Write($"{folder}/{Name}");
        foreach (string folder in order)
        {
            Assert.Equal(_host.At($"{folder}/{Name}"), Locate(dataDirectories));
            File.Delete(_host.At($"{folder}/{Name}"));
        }
        Assert.Null(Locate(dataDirectories));
    }

    [Theory]
    [Requirement("DS-142")]
    [InlineData(null)]
    [InlineData("/opt/share")]
    public void The_store_of_NixOS_is_a_data_folder_where_it_is(string? dataDirectories)
    {
        _host.Write("/run/opengl-driver/share/" + Name);
        Assert.Equal(_host.At("/run/opengl-driver/share/" + Name), Locate(dataDirectories));
        _host.Write("/etc/" + Name);
        Assert.Equal(_host.At("/etc/" + Name), Locate(dataDirectories));
    }

    [Fact]
    [Requirement("DS-37")]
    public void Explicit_folders_are_those_of_the_host()
    {
        _host.Write("/etc/" + Name);
        _host.Write("/store/" + Name);
        Assert.Equal(_host.At("/store/" + Name), Locate(null, _host.At("/store")));
        Assert.Null(Locate(null, "/store"));
    }

    [Fact]
    [Requirement("DS-39", "DS-58")]
    public void The_root_itself_counts_last_where_that_is_wanted()
    {
        _host.Write("/" + Name);
        Assert.Null(Locate(null));
        Assert.Equal(_host.At("/" + Name), Files(null).Locate(Name, alsoBelowRoot: true));
        _host.Write("/usr/share/" + Name);
        Assert.Equal(_host.At("/usr/share/" + Name), Files(null).Locate(Name, alsoBelowRoot: true));
    }

    [Fact]
    public void A_folder_of_that_name_is_no_file()
    {
        Directory.CreateDirectory(_host.At("/etc/" + Name));
        Assert.Null(Locate(null));
    }

    private string? Locate(string? dataDirectories, params string[] searchPaths) => Files(dataDirectories, searchPaths).Locate(Name);

    private ConfigFiles Files(string? dataDirectories, params string[] searchPaths) =>
        new(new DriverRoot(new FileTree(), _host.Root), searchPaths, dataDirectories);
}
