using GpuContainers.Runtime.Hooks.LdCache;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The path file of musl's loader.</summary>
[Requirement("HK-69")]
public sealed class MuslPathsTests : IDisposable
{
    private static readonly string s_path = SearchPaths.IsArm ? "/etc/ld-musl-aarch64.path" : "/etc/ld-musl-x86_64.path";
    private static readonly string s_others = SearchPaths.IsArm ? "/lib64\n/usr/lib64\n" : "/lib64\n/usr/lib64\n/libx32\n/usr/libx32\n";
    private readonly HookContainer _container = new();

    [Theory]
    [Requirement("HK-69")]
    [InlineData("none")]
    [InlineData("folder")]
    [InlineData("dangling")]
    public void Only_an_Alpine_container_gets_one(string kind)
    {
        if (kind == "folder")
            _container.Folder("/etc/alpine-release");
        else if (kind == "dangling")
            _container.Link("/etc/alpine-release", "/nowhere");
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.False(File.Exists(_container.At(s_path)));
    }

    [Theory]
    [Requirement("DS-141")]
    [InlineData("/lib/ld-musl-x86_64.so.1", "", true)]
    [InlineData("/lib/ld-musl-aarch64.so.1", "", true)]
    [InlineData("/lib/ld-musl-x86_64.so.1", "/lib64/ld-linux-x86-64.so.2", false)]
    [InlineData("/lib/ld-musl-aarch64.so.1", "/lib/ld-linux-aarch64.so.1", false)]
    public void A_container_with_musls_loader_alone_is_one_of_musl(string loader, string other, bool isMusl)
    {
        _container.File(loader, "");
        if (other.Length > 0)
            _container.File(other, "");
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal(isMusl, File.Exists(_container.At(s_path)));
        // For whatever needs glibc all the same.
        Assert.True(File.Exists(_container.At("/etc/ld.so.cache")));
    }

    // NVIDIA's toolkit leaves out /usr/local/lib, which musl searches as long as there is no file.
    [Fact]
    [Requirement("HK-69")]
    public void A_new_file_begins_with_what_musl_searches_without_one()
    {
        _container.File("/etc/alpine-release", "3.20.0\n");
        _container.Succeed("update-ldcache", "--folder", "/opt/driver", "--folder", "/opt/more");
        Assert.Equal("/lib\n/usr/local/lib\n/usr/lib\n/opt/driver\n/opt/more\n" + s_others, _container.Read(s_path));
        Assert.Equal(Convert.ToInt32("644", 8), (int)File.GetUnixFileMode(_container.At(s_path)));
    }

    [Theory]
    [Requirement("HK-69")]
    [InlineData("/lib:/opt/driver:/usr/lib", "/lib:/opt/driver:/usr/lib\n")]
    [InlineData("/lib\n/usr/lib\n/own\n", "/lib\n/usr/lib\n/own\n/opt/driver\n")]
    [InlineData("/lib\n/usr/lib", "/lib\n/usr/lib\n/opt/driver\n")]
    [InlineData("", "/opt/driver\n/lib\n/usr/lib\n")]
    public void An_existing_file_gets_what_it_lacks(string before, string after)
    {
        _container.File("/etc/alpine-release").File(s_path, before);
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal(after + s_others, _container.Read(s_path));
    }

    [Fact]
    [Requirement("HK-69")]
    public void A_second_run_changes_nothing()
    {
        _container.File("/etc/alpine-release");
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        string after = _container.Aged().Listing();
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal(after, _container.Listing());
    }

    [Theory]
    [Requirement("HK-69", "HK-94")]
    [InlineData("link")]
    [InlineData("folder")]
    [InlineData("pipe")]
    public void What_is_no_file_is_left_alone_with_a_warning(string kind)
    {
        _container.File("/etc/alpine-release").File("/etc/target", "/lib\n");
        _ = kind switch
        {
            "link" => _container.Link(s_path, "target"),
            "folder" => _container.Folder(s_path),
            _ => _container.Pipe(s_path),
        };
        HookResult result = _container.Run("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal(0, result.Status);
        Assert.Contains("level=warning", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Equal("/lib\n", _container.Read("/etc/target"));
        Assert.True(File.Exists(_container.At("/etc/ld.so.cache")));
    }

    // Whatever goes wrong with this file, the cache is built.
    [Fact]
    [Requirement("HK-94")]
    public void A_file_that_cannot_be_changed_is_left_alone_with_a_warning()
    {
        _container.File("/etc/alpine-release").File(s_path, "/lib\n").File("/x", "/lib\n");
        HookResult result = InMountNamespace.Run(_container, $"mount --bind $ROOT/x $ROOT{s_path}", "update-ldcache", "--folder", "/opt/driver");
        Assert.Equal(0, result.Status);
        Assert.Contains("level=warning", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.True(File.Exists(_container.At("/etc/ld.so.cache")));
        File.WriteAllBytes(_container.At(s_path), new byte[(1 << 20) + 1]);
        Assert.Contains("file too large", Assert.Single(_container.Run("update-ldcache", "--folder", "/opt/driver").Lines), StringComparison.Ordinal);
    }

    // musl's loader reads the file literally; the bits that make a file dangerous are not copied.
    [Fact]
    public void The_mode_stays_but_for_what_is_dangerous()
    {
        _container.File("/etc/alpine-release").File(s_path, "/lib\n");
        File.SetUnixFileMode(_container.At(s_path), (UnixFileMode)Convert.ToInt32("4766", 8));
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal(Convert.ToInt32("744", 8), (int)File.GetUnixFileMode(_container.At(s_path)));
    }

    public void Dispose() => _container.Dispose();
}
