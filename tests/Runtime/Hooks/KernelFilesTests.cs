namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>Names of an image that lead into file systems of the kernel's own: nothing there is opened.</summary>
[Requirement("SEC-22")]
public sealed class KernelFilesTests : IDisposable
{
    private const string Mounts = "mkdir -p $ROOT/proc $ROOT/sys && mount -t proc proc $ROOT/proc && mount -t sysfs sysfs $ROOT/sys";
    private readonly HookContainer _container = new();

    [Theory]
    [InlineData("include /proc/version", "/proc/version")]
    [InlineData("include /proc/sys/kernel/*", "/proc/sys/kernel")]
    [InlineData("include /link", "/link")]
    [InlineData("/sys/kernel", "/sys/kernel")]
    public void A_line_of_the_loaders_configuration(string line, string skipped)
    {
        _container.Link("/link", "proc/version").File("/etc/ld.so.conf", line + "\n");
        Assert.Contains(skipped + " in the container: it is on a file system of the kernel's own", Assert.Single(Lines("update-ldcache")),
            StringComparison.Ordinal);
        Assert.True(File.Exists(_container.At("/etc/ld.so.cache")));
    }

    [Fact]
    public void A_library_that_is_a_link()
    {
        _container.Folder("/usr/lib").Link("/usr/lib/libproc.so.1", "/proc/kallsyms");
        Assert.Empty(Lines("update-ldcache"));
        _container.Link("/usr/lib/libsys.so.1", "/sys/kernel/notes");
        Assert.Contains("libsys.so.1", Assert.Single(Lines("update-ldcache")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_compatibility_folder()
    {
        _container.Folder("/usr/local/cuda").Link("/usr/local/cuda/compat", "/proc/sys/kernel");
        Assert.Contains("/usr/local/cuda/compat", Assert.Single(Lines("enable-cuda-compat", "--host-driver-version=570.1")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_for_links()
    {
        _container.Link("/lib", "/proc/sys/kernel");
        Assert.Contains("leaving /lib/x", Assert.Single(Lines("create-symlinks", "--link", "a::/lib/x")), StringComparison.Ordinal);
    }

    public void Dispose() => _container.Dispose();

    // By the opened files as strace names them: handles that only stand for a path do not count.
    private string[] Lines(params string[] hook)
    {
        string strace = Checkout.MachineProgram("strace");
        HookResult result = InMountNamespace.RunThen(_container,
            $"{Mounts} && exec 3>$ROOT/../trace; set -- {strace} -f -y -o /dev/fd/3 -e trace=%file \"$@\"", "cat $ROOT/../trace", hook);
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "tracing is not possible here: " + result.Errors);
        Assert.Equal(0, result.Status);
        Assert.Contains("O_PATH", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Output.Split('\n'), line => !line.Contains("O_PATH", StringComparison.Ordinal)
            && (line.Contains($"<{_container.Root}/proc", StringComparison.Ordinal) || line.Contains($"<{_container.Root}/sys", StringComparison.Ordinal))
            && line.Contains("open", StringComparison.Ordinal) && !line.Contains("= -1", StringComparison.Ordinal));
        return result.Lines;
    }
}
