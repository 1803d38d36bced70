using GpuContainers.Linux.Roots;
using GpuContainers.Runtime.Hooks;
using GpuContainers.Runtime.Hooks.LdCache;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>What the files of a container may make a hook do and hold.</summary>
public sealed class WorkBudgetTests : IDisposable
{
    private readonly HookContainer _container = new();

    [Fact]
    [Requirement("SEC-24")]
    public void A_part_of_the_work_ends_when_its_share_is_used_up_and_the_next_has_its_own()
    {
        string told = LogCapture.Of(() =>
        {
            var budget = new WorkBudget();
            budget.Begin("the first part", 1);
            Assert.True(budget.Spend(60_000));
            Assert.False(budget.Spend(120_000));
            Assert.False(budget.Spend(1));
            Assert.True(budget.IsSpent);
            budget.Begin("the second part", 1);
            Assert.True(budget.Spend(60_000));
            budget.Begin("the rest", 100);
            Assert.False(budget.Spend(12_000_000));
            budget.Begin("what is left of nothing", 100);
            Assert.False(budget.Spend(1));
        });
        Assert.Equal(3, told.Split("of the container would take too long").Length - 1);
        Assert.Contains("the first part of the container", told, StringComparison.Ordinal);
    }

    // The processor's time of this thread counts, whatever was spent.
    [Fact]
    [Requirement("SEC-24")]
    public void Time_that_was_used_counts_too()
    {
        var budget = new WorkBudget();
        budget.Begin("the work", 1);
        long sum = 0;
        int spent = 0;
        for (; budget.Spend(1); spent++)
            sum += Enumerable.Range(0, 1000).Aggregate(spent, static (a, b) => a ^ b);
        // Many times as much was used as was said.
        Assert.True(budget.IsSpent && sum >= 0);
        Assert.InRange(spent, 1, 100_000);
    }

    [Fact]
    [Requirement("SEC-23")]
    public void Lines_longer_than_any_path_are_dropped_and_long_ones_are_held_up_to_a_mebibyte()
    {
        string Line(int number, int length) => "/" + number + new string('x', length - 1 - number.ToString().Length);
        _container.File("/etc/ld.so.conf", "include /etc/i/*\n").File("/opt/driver/libx.so.1", ElfBuilder.Library("libx.so.1"));
        for (int file = 0; file < 4; file++)
            _container.File($"/etc/i/{file}", string.Concat(Enumerable.Range(file * 100, 100).Select(i => Line(i, 4096) + "\n" + Line(i, 4095) + "\n")));
        using (ContainerRoot root = ContainerRoot.Open(_container.Root))
        {
            List<byte[]> lines = LoaderConfiguration.Read(root, new WorkBudget(), new LoaderFiles());
            Assert.All(lines, static line => Assert.Equal(4095, line.Length));
            Assert.Equal((1 << 20) / 4095, lines.Count);
        }
        HookResult result = _container.Run("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal(0, result.Status);
        Assert.Contains("names more than", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Equal(["/opt/driver/libx.so.1"], CacheEntries.PathsOf(_container, "libx.so.1"));
    }

    // Whatever the image puts there, and in whatever order the folder is read.
    [Fact]
    [Requirement("SEC-24")]
    public void Of_a_folder_with_too_many_names_the_mounted_ones_are_taken_first()
    {
        const string folder = "/opt/driver";
        _container.Folder(folder);
        File.WriteAllBytes(_container.Outside + "/libzzz.so.1", ElfBuilder.Library("libzzz.so.1"));
        HookResult result = InMountNamespace.Run(_container,
            $"cd $ROOT{folder} && seq -f 'lib%.0f.so' 70000 | xargs touch && touch libzzz.so.1 && mount --bind $ROOT/../../outside/libzzz.so.1 libzzz.so.1",
            "update-ldcache", "--folder", folder);
        Assert.Equal(0, result.Status);
        Assert.Contains("too many libraries", result.Errors, StringComparison.Ordinal);
        Assert.Equal([folder + "/libzzz.so.1"], CacheEntries.PathsOf(_container, "libzzz.so.1"));
    }

    public void Dispose() => _container.Dispose();
}
