using GpuContainers.Runtime.Hooks.LdCache;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The C library that the container's loader finds first stays the same, whatever distribution the host is.</summary>
public sealed class DistributionOrderTests : IDisposable
{
    private const string Name = "libc.so.6";
    private readonly HookContainer _container = new();

    // The host of these tests has Debian's ldconfig, which searches Debian's folders first; an RPM image has its C library elsewhere.
    [Fact]
    [Requirement("HK-66", "HK-68")]
    public void An_RPM_container_keeps_its_order()
    {
        foreach (string folder in (string[])["/usr/lib64", "/usr/lib", "/usr/lib/x86_64-linux-gnu"])
            _container.File($"{folder}/{Name}", ElfBuilder.Library(Name));
        _container.Link("/lib64", "usr/lib64").Link("/lib", "usr/lib").File("/etc/ld.so.conf", "include ld.so.conf.d/*.conf\n");
        AssertOrder("/lib/libc.so.6", "/lib64/libc.so.6");
    }

    [Fact]
    [Requirement("HK-66", "HK-68")]
    public void A_Debian_container_keeps_its_order()
    {
        foreach (string folder in (string[])["/usr/lib64", "/usr/lib", "/usr/lib/x86_64-linux-gnu"])
            _container.File($"{folder}/{Name}", ElfBuilder.Library(Name));
        _container.Link("/lib64", "usr/lib64").Link("/lib", "usr/lib").File("/etc/debian_version").File("/etc/ld.so.conf", "include ld.so.conf.d/*.conf\n");
        AssertOrder("/lib/x86_64-linux-gnu/libc.so.6", "/lib/libc.so.6");
    }

    public void Dispose() => _container.Dispose();

    // Once by the hook; then by the ldconfig of another distribution over the drop-ins that the hook left, which is what they are for.
    private void AssertOrder(params string[] expected)
    {
        Assert.SkipWhen(SearchPaths.IsArm, "the folders of this test are those of x86-64");
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal(expected, CacheEntries.PathsOf(_container, Name).Take(expected.Length));
        Command.Run(Checkout.MachineProgram("ldconfig"), "-r", _container.Root, "-f", "/etc/ld.so.conf", "-C", "/etc/ld.so.cache").Succeeded();
        Assert.Equal(expected, CacheEntries.PathsOf(_container, Name).Take(expected.Length));
        // The second run keeps it too.
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal(expected, CacheEntries.PathsOf(_container, Name).Take(expected.Length));
    }
}
