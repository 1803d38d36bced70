namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>An image with a driver of its own, and that of the host mounted into its folders.</summary>
public sealed class HostDriverTests : IDisposable
{
    private const string Folder = "/usr/lib/x86_64-linux-gnu";
    private const string Compat = "/usr/local/cuda/compat";
    private readonly HookContainer _container = new();

    // The image's is newer, and the link leads to it: NVIDIA/libnvidia-container issues 213 and 266.
    [Fact]
    [Requirement("HK-145")]
    public void The_hosts_library_beats_that_of_the_image()
    {
        Image($"{Folder}/libcuda.so.999.1").Link($"{Folder}/libcuda.so.1", "libcuda.so.999.1");
        HookResult result = Run(Injected("libcuda.so.570.1"));
        Assert.Equal("libcuda.so.570.1\n", result.Output);
        Assert.Equal(0, result.Status);
        string line = Assert.Single(result.Lines);
        Assert.Contains($"{Folder}/libcuda.so.999.1: the host's, {Folder}/libcuda.so.570.1, is used", line, StringComparison.Ordinal);
        Assert.Equal([$"{Folder}/libcuda.so.1"], CacheEntries.PathsOf(_container, "libcuda.so.1"));
    }

    // The link was made for the one that is to be used.
    [Theory]
    [Requirement("HK-145")]
    [InlineData("libcuda.so.570.1", "libcuda.so.570.1")]
    [InlineData("libcuda.so.600.1", "libcuda.so.600.1")]
    [InlineData("libcuda.so.999.1", "libcuda.so.600.1")]
    public void Of_several_of_the_host_the_target_of_the_link_is_taken(string present, string taken)
    {
        Image($"{Folder}/libcuda.so.999.1").Link($"{Folder}/libcuda.so.1", present);
        Assert.Equal(taken + "\n", Run(Injected("libcuda.so.570.1") + " && " + Injected("libcuda.so.600.1")).Output);
    }

    [Fact]
    [Requirement("HK-145", "HK-86")]
    public void Without_one_of_the_host_the_greater_name_wins()
    {
        Image($"{Folder}/libcuda.so.999.1");
        Image($"{Folder}/libcuda.so.570.1");
        HookResult result = Run(":");
        Assert.Equal(("libcuda.so.999.1\n", ""), (result.Output, result.Errors));
    }

    // NVIDIA/nvidia-container-toolkit issue 1084.
    [Theory]
    [Requirement("HK-146")]
    [InlineData(false)]
    [InlineData(true)]
    public void The_hosts_library_comes_first_in_the_cache_unless_the_images_was_chosen(bool isChosen)
    {
        Image($"{Compat}/libcuda.so.1");
        Image($"{Compat}/libother.so.1");
        Image($"{Folder}/libother.so.1");
        Image("/opt/hw/glibc-hwcaps/x86-64-v2/libcuda.so.1");
        _container.Folder(Folder).File("/etc/ld.so.conf", $"{Compat}\n/opt/hw\ninclude /etc/ld.so.conf.d/*.conf\n");
        if (isChosen)
            _container.File("/etc/ld.so.conf.d/00-compat-b8f1ae5c-2b8b-4a8e-9d5e-3b0c7f4f2f11.conf", Compat + "\n");
        Run(Injected("libcuda.so.570.1"));
        string[] hwcaps = ["/opt/hw/glibc-hwcaps/x86-64-v2/libcuda.so.1"];
        string[] expected = isChosen ? [.. hwcaps, $"{Compat}/libcuda.so.1", $"{Folder}/libcuda.so.1"]
            : [$"{Folder}/libcuda.so.1", .. hwcaps, $"{Compat}/libcuda.so.1"];
        Assert.Equal(expected, CacheEntries.PathsOf(_container, "libcuda.so.1"));
        // Nothing else moves.
        Assert.Equal([$"{Compat}/libother.so.1", $"{Folder}/libother.so.1"], CacheEntries.PathsOf(_container, "libother.so.1"));
    }

    // The choice of an earlier start, with another driver, is none of this one.
    [Fact]
    [Requirement("HK-146", "HK-110")]
    public void A_drop_in_of_an_earlier_start_goes_when_nothing_is_chosen()
    {
        const string image = "/etc/ld.so.conf.d/00-compat-of-the-image.conf";
        _container.File($"{Compat}/libcuda.so.570.1", "").File(image, "/opt\n");
        _container.Succeed("enable-cuda-compat", "--host-driver-version=550.1");
        Assert.Equal(2, _container.DropIns().Length);
        _container.Succeed("enable-cuda-compat", "--host-driver-version=550.1");
        Assert.Equal(2, _container.DropIns().Length);
        _container.Succeed("enable-cuda-compat", "--host-driver-version=580.1");
        Assert.Equal([Path.GetFileName(image)], _container.DropIns());
    }

    public void Dispose() => _container.Dispose();

    private HookContainer Image(string path) => _container.File(path, ElfBuilder.Library(path.Contains("cuda.so", StringComparison.Ordinal)
        ? "libcuda.so.1" : "libother.so.1"));

    // A file of the host, mounted as an engine does it.
    private string Injected(string name)
    {
        File.WriteAllBytes($"{_container.Outside}/{name}", ElfBuilder.Library("libcuda.so.1"));
        return $"touch $ROOT{Folder}/{name} && mount --bind $ROOT/../../outside/{name} $ROOT{Folder}/{name}";
    }

    private HookResult Run(string mounts) =>
        InMountNamespace.RunThen(_container, mounts, $"readlink $ROOT{Folder}/libcuda.so.1", "update-ldcache", "--folder", Folder);
}
