using System.Text;
using GpuContainers.Runtime.Hooks.LdCache;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The real dynamic loader finds libraries through our cache, and only through that.</summary>
public sealed class DynamicLoaderTests : IDisposable
{
    private readonly HookContainer _container = new();

    public DynamicLoaderTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a change of the root needs root");
        // The loader itself and the C library, where the loader looks without a cache.
        foreach (string line in Command.Run("/usr/bin/ldd", Program()).Succeeded().Output.Split('\n'))
        {
            string path = line[Math.Max(0, line.IndexOf('/'))..].Split(' ')[0].Trim();
            if (path.StartsWith('/'))
                _container.File(path, File.ReadAllBytes(path));
        }
        foreach (string file in Directory.GetFiles(_container.Root, "*", SearchOption.AllDirectories))
            Executable(file);
        _container.File("/probe", File.ReadAllBytes(Program()));
        Executable(_container.At("/probe"));
    }

    [Fact]
    public void A_library_in_a_folder_that_only_the_cache_knows()
    {
        Library("/opt/driver/libprobe.so.1.5", 5);
        Assert.Equal("not found\n", Probe());
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal("5\n", Probe());
        // Away with the cache, away with the library.
        File.Delete(_container.At("/etc/ld.so.cache"));
        Assert.Equal("not found\n", Probe());
    }

    [Fact]
    [Requirement("LC-8")]
    public void Every_library_of_a_large_cache_is_found()
    {
        byte[] library = LibraryFile(1, "libprobe-of-any-name.so.1");
        string[] names = [.. Enumerable.Range(0, 60)
            .Select(i => $"lib{(char)('a' + (i % 26))}{i * 7}{(i % 3 == 0 ? "-2.5" : i % 3 == 1 ? "_x" : "")}.so.{i % 12}")];
        foreach (string name in names)
        {
            byte[] copy = [.. library];
            int at = copy.AsSpan().IndexOf("libprobe-of-any-name.so.1\0"u8);
            copy.AsSpan(at, 25).Clear();
            Encoding.ASCII.GetBytes(name).CopyTo(copy, at);
            _container.File("/opt/driver/" + name, copy);
        }
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        CommandResult result = Command.Run("/usr/sbin/chroot", [_container.Root, "/probe", .. names]).Succeeded();
        Assert.Equal(string.Concat(Enumerable.Repeat("1\n", names.Length)), result.Output);
    }

    // With the same name the folder that is searched first wins.
    [Fact]
    [Requirement("LC-9")]
    public void The_first_folder_wins()
    {
        Library("/opt/b/libprobe.so.1", 2);
        Library("/opt/a/libprobe.so.1", 1);
        _container.Succeed("update-ldcache", "--folder", "/opt/b", "--folder", "/opt/a");
        Assert.Equal("2\n", Probe());
        // And the compatibility libraries before all (HK-111).
        Library("/usr/local/cuda/compat/libprobe.so.1", 9);
        _container.File("/usr/local/cuda/compat/libcuda.so.600.1");
        _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10");
        _container.Succeed("update-ldcache", "--folder", "/opt/b", "--folder", "/opt/a");
        Assert.Equal("9\n", Probe());
    }

    // A folder that the processor supports beats the plain one; one that it does not know is passed over.
    [Fact]
    [Requirement("LC-7")]
    public void The_best_folder_of_capabilities_wins()
    {
        Assert.SkipWhen(SearchPaths.IsArm, "the folders of this test are those of x86-64");
        string help = Command.Run("/lib64/ld-linux-x86-64.so.2", "--help").Output;
        Assert.SkipUnless(help.Contains("x86-64-v2 (supported", StringComparison.Ordinal), "this machine's processor or loader does not know x86-64-v2");
        Library("/opt/driver/libprobe.so.1", 1);
        Library("/opt/driver/glibc-hwcaps/frobnicate/libprobe.so.1", 7);
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal("1\n", Probe());
        Library("/opt/driver/glibc-hwcaps/x86-64-v2/libprobe.so.1.9", 2);
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal("2\n", Probe());
    }

    // The two low bits of the flags byte say the byte order; 1 and 3 make a little-endian loader refuse the file.
    [Theory]
    [Requirement("LC-2")]
    [InlineData(2, true)]
    [InlineData(0, true)]
    [InlineData(0xfe, true)]
    [InlineData(1, false)]
    [InlineData(3, false)]
    public void The_loader_reads_the_flags_byte(int flags, bool isFound)
    {
        Library("/opt/driver/libprobe.so.1", 1);
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        byte[] cache = File.ReadAllBytes(_container.At("/etc/ld.so.cache"));
        Assert.Equal(2, cache[28]);
        cache[28] = (byte)flags;
        File.WriteAllBytes(_container.At("/etc/ld.so.cache"), cache);
        Assert.Equal(isFound ? "1\n" : "not found\n", Probe());
    }

    // The order is not an ornament.
    [Fact]
    [Requirement("LC-8")]
    public void A_cache_in_ascending_order_hides_libraries()
    {
        foreach (int i in Enumerable.Range(0, 9))
            _container.File($"/opt/driver/lib{i}.so.1", ElfBuilder.Library($"lib{i}.so.1"));
        Library("/opt/driver/libprobe.so.1", 1);
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        byte[] cache = File.ReadAllBytes(_container.At("/etc/ld.so.cache"));
        int count = BitConverter.ToInt32(cache, 20);
        byte[] entries = cache[48..(48 + (24 * count))];
        for (int i = 0; i < count; i++)
            entries.AsSpan(24 * i, 24).CopyTo(cache.AsSpan(48 + (24 * (count - 1 - i))));
        Assert.Equal("1\n", Probe());
        File.WriteAllBytes(_container.At("/etc/ld.so.cache"), cache);
        Assert.Equal("not found\n", Probe());
    }

    public void Dispose() => _container.Dispose();

    private static string Program() => NativeTool.Compile(
        """
        #include <dlfcn.h>
        #include <stdio.h>
        int main(int n, char **names) {
            for (int i = 1; i < n; i++) {
                void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
                int *value = library ? dlsym(library, "probe_value") : 0;
                if (value) printf("%d\n", *value); else printf("not found\n");
            }
            return 0;
        }
        """,
        "probe");

    private static byte[] LibraryFile(int value, string soname = "libprobe.so.1") =>
        File.ReadAllBytes(NativeTool.Compile($"int probe_value = {value};\n", "libprobe.so", "-shared", "-fPIC", "-nostdlib", "-Wl,-soname," + soname));

    private static void Executable(string file) =>
        File.SetUnixFileMode(
        file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    private void Library(string path, int value) => _container.File(path, LibraryFile(value));

    private string Probe() => Command.Run("/usr/sbin/chroot", _container.Root, "/probe", "libprobe.so.1").Succeeded().Output;
}
