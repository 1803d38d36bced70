namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>What is mounted into a container from outside stays as it is, wherever the image's links lead.</summary>
[Requirement("HK-147", "HK-148")]
public sealed class VolumesTests : IDisposable
{
    // A folder of the same file system, mounted: only the mount's number tells it apart.
    private const string Data = "mount --bind $ROOT/../../outside/data $ROOT/data";
    private readonly HookContainer _container = new();

    public VolumesTests()
    {
        Directory.CreateDirectory(Volume + "/etc/ld.so.conf.d");
        File.WriteAllText(Volume + "/etc/ld.so.cache", "the host's");
        _container.Folder("/data").File("/opt/driver/libfirst.so.1.2", ElfBuilder.Library("libfirst.so.1"));
    }

    private string Volume => _container.Outside + "/data";

    [Theory]
    [InlineData("update-ldcache", "--folder", "/opt/driver")]
    [InlineData("create-symlinks", "--link", "target::/etc/made,other::/etc/deep/made")]
    [InlineData("enable-cuda-compat", "--host-driver-version=570.133.20")]
    [InlineData("update-application-profile")]
    [InlineData("chmod", "--mode", "777", "--path", "/etc/ld.so.cache")]
    public void A_link_of_the_image_that_leads_to_a_volume_gets_nothing_written_there(params string[] hook)
    {
        _container.Link("/etc", "/data/etc").File("/usr/local/cuda/compat/libcuda.so.999.1").Folder("/dev");
        Nodes.MakeDevice(_container.At("/dev/nvidia0"), 195, 0);
        string before = TreeListing.Of(Volume);
        HookResult result = InMountNamespace.Run(_container, Data, hook);
        Assert.Equal(0, result.Status);
        Assert.Contains("leaving /etc/", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Equal(before, TreeListing.Of(Volume));
    }

    [Fact]
    public void A_single_file_that_is_mounted_stays()
    {
        _container.File("/usr/lib/file", "of the image").File("/usr/lib/other");
        HookResult result = InMountNamespace.RunThen(_container, "mount --bind $ROOT/../../outside/data/etc/ld.so.cache $ROOT/usr/lib/file",
            "cat $ROOT/usr/lib/file; readlink $ROOT/usr/lib/other", "create-symlinks", "--link", "a::/usr/lib/file,a::/usr/lib/other");
        Assert.Equal((0, "the host'sa\n"), (result.Status, result.Output));
        Assert.Contains("leaving /usr/lib/file", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_at_the_folder_of_drop_ins_keeps_no_library_from_the_cache()
    {
        _container.Folder("/etc/ld.so.conf.d");
        HookResult result = InMountNamespace.Run(
            _container, "mount --bind $ROOT/../../outside/data/etc $ROOT/etc/ld.so.conf.d", "update-ldcache", "--folder", "/opt/driver");
        Assert.Equal(0, result.Status);
        Assert.Contains("leaving /etc/ld.so.conf.d/", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Equal(["/opt/driver/libfirst.so.1"], CacheEntries.PathsOf(_container, "libfirst.so.1"));
        Assert.Equal(["ld.so.cache"], Directory.GetFiles(Volume + "/etc").Select(Path.GetFileName));
    }

    // CDI names links of DRM nodes there.
    [Theory]
    [InlineData("mount -t tmpfs tmpfs $ROOT/dev", true)]
    [InlineData("mount --bind /dev $ROOT/dev", false)]
    [InlineData("mount -t tmpfs tmpfs $ROOT/data && mkdir $ROOT/data/dev && mount --bind $ROOT/data/dev $ROOT/dev", false)]
    [InlineData("mount -t tmpfs tmpfs $ROOT/dev && mkdir $ROOT/dev/volume && mount -t tmpfs tmpfs $ROOT/dev/volume && ln -s volume $ROOT/dev/dri", false)]
    [InlineData("mount --bind $ROOT $ROOT && mount -o remount,bind,ro $ROOT && mount -t tmpfs tmpfs $ROOT/dev", true)]
    public void Only_a_dev_folder_of_the_containers_own_is_written(string mounts, bool isOwn)
    {
        _container.Folder("/dev");
        const string name = "nvct-volumes-test";
        HookResult result = InMountNamespace.RunThen(
            _container, mounts, $"readlink $ROOT/dev/dri/{name}; rm -f /dev/dri/{name}", "create-symlinks", "--link", "../card0::/dev/dri/" + name);
        Assert.Equal((0, isOwn ? "../card0\n" : ""), (result.Status, result.Output));
        Assert.Equal(isOwn ? [] : ["leaving"], result.Lines.Select(static l => l.Contains("leaving /dev", StringComparison.Ordinal) ? "leaving" : l));
    }

    public void Dispose() => _container.Dispose();
}
