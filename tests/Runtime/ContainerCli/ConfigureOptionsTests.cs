using GpuContainers.Runtime.ContainerCli;
using GpuContainers.Runtime.ContainerCli.CommandLine;
using GpuContainers.Runtime.ContainerCli.Configure;
using GpuContainers.Runtime.ContainerCli.Driver;

namespace GpuContainers.Runtime.Tests.ContainerCli;

public sealed class ConfigureOptionsTests
{
    [Theory]
    [Requirement("CL-58")]
    [InlineData("--utility", LibraryGroup.Utility, LibraryGroup.Utility)]
    [InlineData("--compute", LibraryGroup.Compute, LibraryGroup.Compute)]
    [InlineData("--video", LibraryGroup.Video | LibraryGroup.Compute, LibraryGroup.None)]
    [InlineData("--display", LibraryGroup.Graphics, LibraryGroup.None)]
    [InlineData("--ngx", LibraryGroup.Ngx, LibraryGroup.None)]
    public void A_capability_stands_for_groups_of_libraries_and_programs(string flag, object libraries, object programs)
    {
        var options = ConfigureOptions.Read("cli", [flag, "/root"]);
        Assert.Equal((libraries, programs), (options.Libraries, options.Programs));
    }

    [Theory]
    [Requirement("CL-54", "CL-55")]
    [InlineData("rootfs", "input error: invalid rootfs directory; rootfs must be an absolute path and not /")]
    [InlineData("/a/..", "input error: invalid rootfs directory; /a/.. must be an absolute path and not /")]
    [InlineData("--pid=x1 /r", "input error: parse pid failed: invalid argument; \"x1\" must be the number of a process")]
    [InlineData("--pid=99999999999 /r", "input error: parse pid failed: numerical result out of range; \"99999999999\" must be the number of a process")]
    public void A_value_that_is_not_possible_is_refused_before_any_work(string words, string message) =>
        Assert.Equal(message, Assert.Throws<CliException>(() => ConfigureOptions.Read("cli", words.Split(' '))).Message);

    [Fact]
    [Requirement("CL-54")]
    public void Exactly_one_root_is_named()
    {
        Assert.Throws<UsageException>(() => ConfigureOptions.Read("cli", ["--utility"]));
        Assert.Throws<UsageException>(() => ConfigureOptions.Read("cli", ["/a", "/b"]));
    }

    [Theory]
    [Requirement("CL-102")]
    [InlineData("--compute", CompatMode.Mount)]
    [InlineData("--utility", CompatMode.Disabled)]
    [InlineData("--compute --cuda-compat-mode=ldconfig", CompatMode.Ldconfig)]
    [InlineData("--compute --cuda-compat-mode=mount --cuda-compat-mode=disabled", CompatMode.Disabled)]
    [InlineData("--compute --no-cntlibs", CompatMode.Disabled)]
    public void One_compat_mode_is_meant(string words, object mode) =>
        Assert.Equal(mode, CompatLibraries.ModeOf(ConfigureOptions.Read("cli", [.. words.Split(' '), "/r"])));

    [Theory]
    [Requirement("CL-102")]
    [InlineData("--cuda-compat-mode=mount --cuda-compat-mode=ldconfig", "container error: only one cuda-compat-mode can be specified at a time")]
    [InlineData("--cuda-compat-mode=hook", "container error: invalid option: cuda-compat-mode=hook")]
    public void Compat_modes_that_make_no_sense_are_refused(string words, string message)
    {
        var options = ConfigureOptions.Read("cli", ["--compute", .. words.Split(' '), "/r"]);
        Assert.StartsWith(message, Assert.Throws<CliException>(() => CompatLibraries.ModeOf(options)).Message, StringComparison.Ordinal);
    }
}
