using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;
using GpuContainers.Linux.Files;

namespace GpuContainers.Host.Tests.Driver;

public sealed class ProgramsTests : IDisposable
{
    private const UnixFileMode Executable = FileModes.PublicFolder;
    private readonly SimulatedTree _host = SimulatedTree.OfText("{}");

    public void Dispose() => _host.Dispose();

    // PATH first, then the usual folders in their order; always below the root.
    [Theory]
    [Requirement("DS-10")]
    [InlineData("/opt/bin:/usr/bin", "/opt/bin/nvidia-smi")]
    [InlineData("/usr/bin:/opt/bin", "/usr/bin/nvidia-smi")]
    [InlineData("", "/usr/local/sbin/nvidia-smi")]
    [InlineData(null, "/usr/local/sbin/nvidia-smi")]
    [InlineData("/nowhere::/sbin", "/sbin/nvidia-smi")]
    public void A_program_is_the_first_of_its_name(string? path, string expected)
    {
        foreach (string folder in (string[])["/opt/bin", "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"])
            _host.Write(folder + "/nvidia-smi", "", Executable);
        Assert.Equal(_host.At(expected), Programs(path).Locate("nvidia-smi"));
    }

    [Fact]
    [Requirement("DS-10")]
    public void What_nobody_may_execute_is_no_program()
    {
        _host.Write("/usr/sbin/nvidia-smi");
        Directory.CreateDirectory(_host.At("/usr/local/bin/nvidia-smi"));
        _host.Write("/bin/nvidia-smi", "", UnixFileMode.GroupExecute);
        Assert.Equal(_host.At("/bin/nvidia-smi"), Programs("").Locate("nvidia-smi"));
        Assert.Null(Programs("").Locate("nvidia-debugdump"));
    }

    // The link is the program's name, its target is not.
    [Fact]
    [Requirement("DS-71")]
    public void Links_are_not_resolved()
    {
        _host.Write("/opt/nvidia-smi.real", "", Executable);
        _host.Link("/usr/bin/nvidia-smi", _host.At("/opt/nvidia-smi.real"));
        Assert.Equal(_host.At("/usr/bin/nvidia-smi"), Programs("").Locate("nvidia-smi"));
    }

    [Fact]
    [Requirement("DS-10")]
    public void A_name_with_a_slash_is_taken_as_given()
    {
        string program = _host.Write("/opt/p", "", Executable);
        Assert.Equal(program, Programs("").Locate(program));
        Assert.Null(Programs("").Locate("/opt/p"));
    }

    private Programs Programs(string? path) => new(new DriverRoot(new FileTree(), _host.Root), path);
}
