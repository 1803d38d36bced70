using System.Globalization;
using GpuContainers.Linux.Mounts;

namespace GpuContainers.Linux.Tests.Mounts;

public sealed class FileSystemMountsTests
{
    private const string Table = "/proc/self/mountinfo";

    [Fact]
    [Requirement("HK-148")]
    public void The_kernel_and_its_table_tell_the_same_of_each_mount_in_memory()
    {
        Assert.SkipWhen(FileSystemMounts.AskKernel(ulong.MaxValue, 0) is null, "this kernel does not tell of single mounts");
        // Other processes of this machine may mount something between two looks.
        List<(bool? Kernel, bool Table)> answers = [];
        string before;
        do
        {
            before = File.ReadAllText(Table);
            answers.Clear();
            foreach (MountEntry mount in MountTable.Read(Table, static type => type == "tmpfs"))
            {
                ulong number = ulong.Parse(mount.Number, CultureInfo.InvariantCulture);
                answers.Add((FileSystemMounts.AskKernel(number, DeviceOf(mount)), FileSystemMounts.AskTable(number)));
            }
        }
        while (File.ReadAllText(Table) != before);
        Assert.SkipWhen(answers.Count == 0, "nothing lies in memory here");
        Assert.All(answers, static answer => Assert.Equal(answer.Table, answer.Kernel));
    }

    [Fact]
    [Requirement("HK-148")]
    public void A_mount_that_is_not_there_is_not_the_only_one()
    {
        Assert.False(FileSystemMounts.IsOnlyMount(ulong.MaxValue, 0));
        Assert.False(FileSystemMounts.AskTable(ulong.MaxValue));
    }

    private static ulong DeviceOf(MountEntry mount)
    {
        uint[] numbers = [.. mount.Device.Split(':').Select(static part => uint.Parse(part, CultureInfo.InvariantCulture))];
        return ((ulong)numbers[0] << 32) | numbers[1];
    }
}
