using GpuContainers.Linux.Files;

namespace GpuContainers.Linux.Tests.Files;

public sealed class DescriptorTests
{
    private static readonly int[] s_sizes = [0, 1, 255, 256, 257, 4095, 4096, 4097, 4098, 4352, 4353, 8193, 8194, 8195, 16386, 100_000];

    public static TheoryData<int> Sizes => [.. s_sizes];

    // Whatever the file said its size was: nothing (procfs), a page (sysfs), less or more than there is.
    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_file_is_read_whole_whatever_size_it_said(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, content);
            foreach (int said in s_sizes)
            {
                using Descriptor file = HostFile.OpenRead(path);
                Assert.Equal(Errno.None, file.ReadToEnd(200_000, said, out byte[] bytes));
                Assert.Equal(content, bytes);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_file_may_be_as_long_as_the_limit_and_no_longer(int size)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new byte[size + 1]);
            foreach (int said in s_sizes.Where(s => s <= size))
            {
                using Descriptor file = HostFile.OpenRead(path);
                Assert.Equal(Errno.EFBIG, file.ReadToEnd(size, said, out byte[] bytes));
                Assert.Empty(bytes);
                using Descriptor again = HostFile.OpenRead(path);
                Assert.Equal(Errno.None, again.ReadToEnd(size + 1, said, out bytes));
                Assert.Equal(size + 1, bytes.Length);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    // An engine reads standard error only after the end of the process.
    [Fact]
    [Requirement("RT-266")]
    public void What_a_full_pipe_does_not_take_is_dropped()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In);
        int copy = (int)pipe.ClientSafePipeHandle.DangerousGetHandle();
        using Descriptor end = new Descriptor(copy).Duplicate();
        end.WriteWithoutWaiting(new byte[1 << 20]);
        end.WriteWithoutWaiting("lost"u8);
        byte[] buffer = new byte[1 << 20];
        int count = pipe.Read(buffer);
        // As much as a pipe holds; what comes after somebody has read is written again.
        Assert.InRange(count, 4096, (1 << 20) - 1);
        while (count < 1 << 16)
            count += pipe.Read(buffer);
        end.WriteWithoutWaiting("read"u8);
        Assert.Equal(4, pipe.Read(buffer));
    }

    [Fact]
    public void A_file_of_procfs_that_says_nothing_about_its_size_is_read_whole()
    {
        using Descriptor file = HostFile.OpenRead("/proc/self/smaps");
        Assert.Equal(Errno.None, file.ReadToEnd(64 << 20, 0, out byte[] bytes));
        Assert.InRange(bytes.Length, 10_000, 64 << 20);
        Assert.Equal((byte)'\n', bytes[^1]);
    }
}
