using GpuContainers.Diagnostics;

namespace GpuContainers.Simulator.Tests;

public sealed class RunOptionsTests
{
    [Fact]
    public void Options_stand_before_the_host_and_the_command_after_it()
    {
        RunOptions options = RunOptions.Parse(["--programs", "/usr", "--share", "/tmp", "h200x2", "--", "ls", "-l", "--share"]);
        Assert.Equal("h200x2", options.Host);
        Assert.Equal(["/usr"], options.Programs);
        Assert.Equal(["/tmp"], options.Shared);
        Assert.Equal(["ls", "-l", "--share"], options.Command);
    }

    [Fact]
    public void The_two_dashes_may_be_left_out() => Assert.Equal(["ls", "-l"], RunOptions.Parse(["bare", "ls", "-l"]).Command);

    [Theory]
    [InlineData]
    [InlineData("--share")]
    [InlineData("--share", "/etc/passwd", "bare")]
    [InlineData("--bogus", "bare")]
    public void A_wrong_command_line_is_refused(params string[] arguments) => Assert.Throws<ToolkitException>(() => RunOptions.Parse(arguments));
}
