using GpuContainers.Linux.Files;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Linux.Tests.Processes;

public sealed class OwnProgramTests
{
    [Fact]
    public void It_is_the_file_that_this_process_runs()
    {
        Assert.Equal(Environment.ProcessPath, OwnProgram.Path);
        Assert.True(OwnProgram.Is(HostFile.Status(Environment.ProcessPath!)));
        Assert.Equal(HostFile.Status(Environment.ProcessPath!).Inode, OwnProgram.Status!.Value.Inode);
    }

    [Fact]
    public void Another_file_is_another_program() => Assert.False(OwnProgram.Is(HostFile.Status("/proc/version")));
}
