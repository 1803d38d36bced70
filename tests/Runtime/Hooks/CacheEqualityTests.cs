using System.Text;
using CsCheck;
using GpuContainers.Elf;
using GpuContainers.Runtime.Hooks.LdCache;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>Caches compared byte for byte with those of the C library's own builder.</summary>
public sealed class CacheEqualityTests : IDisposable
{
    private readonly HookContainer _container = new();

    // (a): names, links and files of a real Debian system.
    [Fact]
    [Requirement("HK-72")]
    public void Copies_of_this_machines_library_folders()
    {
        Assert.SkipUnless(File.Exists("/etc/debian_version"), "this machine is not a Debian system");
        string folder = Encoding.ASCII.GetString(SearchPaths.OfDebian[1]);
        // Hard links where that is possible; libraries are only read.
        string script = $$"""
            mkdir -p "$1/usr/lib" "$1/usr/local/lib" "$1/etc"
            ln -s usr/lib "$1/lib"; ln -s usr/lib64 "$1/lib64"
            cp -a /usr/lib64 "$1/usr/" 2>/dev/null
            for from in {{folder}} /usr/lib; do
                mkdir -p "$1$from"
                find "$from" -maxdepth 1 \( -name 'lib*.so*' -o -name 'ld*.so*' \) -print0 | xargs -0r cp -a --link -t "$1$from" 2>/dev/null \
                    || find "$from" -maxdepth 1 \( -name 'lib*.so*' -o -name 'ld*.so*' \) -print0 | xargs -0r cp -a -t "$1$from"
                if [ -d "$from/glibc-hwcaps" ]; then cp -a "$from/glibc-hwcaps" "$1$from/"; fi
            done
            cp -a /etc/debian_version /etc/ld.so.conf /etc/ld.so.conf.d "$1/etc/"
            """;
        Command.Run("/bin/sh", "-c", script, "sh", _container.Root).Succeeded();
        _container.File("/opt/driver/libcuda.so.570.10", ElfBuilder.Library("libcuda.so.1"));
        LdconfigComparison.AssertEqual(_container, 2, "/opt/driver");
        Assert.True(CacheEntries.Of(_container).Count > 50);
    }

    // (b): no Debian, everything in lib64.
    [Fact]
    [Requirement("HK-68", "HK-76")]
    public void A_root_as_RPM_distributions_have_it()
    {
        _container.Link("/lib64", "usr/lib64").Link("/lib", "usr/lib").Folder("/usr/lib");
        foreach ((string file, string soname) in ((string, string)[])[("libc.so.6", "libc.so.6"), ("libm.so.6", "libm.so.6"), ("libz.so.1.3.1", "libz.so.1"),
            ("libstdc++.so.6.0.33", "libstdc++.so.6"), ("ld-linux-x86-64.so.2", "ld-linux-x86-64.so.2")])
            _container.File("/usr/lib64/" + file, ElfBuilder.Library(soname));
        _container.Link("/usr/lib64/libz.so.1", "libz.so.1.3.1").Link("/usr/lib64/libz.so", "libz.so.1.3.1")
            .Link("/usr/lib64/libstdc++.so.6", "libstdc++.so.6.0.33")
            .File("/etc/ld.so.conf", "include ld.so.conf.d/*.conf\n").File("/etc/ld.so.conf.d/dyninst-x86_64.conf", "/usr/lib64/dyninst\n")
                .File("/usr/lib64/dyninst/libcommon.so.13.0", ElfBuilder.Library("libcommon.so.13"));
        AddDriver("/usr/lib64");
        LdconfigComparison.AssertEqual(_container, 1, "/usr/lib64", "/usr/lib64/gbm");
    }

    // (c): musl's names, no configuration, libraries in /lib and /usr/lib.
    [Fact]
    [Requirement("HK-72")]
    public void A_root_as_Alpine_has_it()
    {
        _container.File("/etc/alpine-release", "3.20.3\n").File("/lib/ld-musl-x86_64.so.1", ElfBuilder.Library("libc.musl-x86_64.so.1"))
            .Link("/lib/libc.musl-x86_64.so.1", "ld-musl-x86_64.so.1")
            .File("/lib/libcrypto.so.3", ElfBuilder.Library("libcrypto.so.3")).Link("/usr/lib/libcrypto.so.3", "../../lib/libcrypto.so.3")
                .File("/usr/lib/libz.so.1.3.1", ElfBuilder.Library("libz.so.1"));
        AddDriver("/opt/driver");
        LdconfigComparison.AssertEqual(_container, 2, "/opt/driver", "/opt/driver/gbm");
    }

    [Fact]
    [Requirement("HK-72")]
    public void A_root_with_nothing() => LdconfigComparison.AssertEqual(_container.Folder("/opt"), 1, "/opt/driver");

    // (d): but for the points marked "Better" and what the C library changed after 2.36.
    [Fact]
    [Requirement("HK-76", "HK-77", "HK-78", "HK-79", "HK-80", "HK-81", "HK-82", "HK-83", "HK-84", "HK-85", "HK-86", "HK-87", "HK-88", "HK-89", "HK-90")]
    [Requirement("HK-91", "HK-92")]
    public void A_tree_with_every_case()
    {
        WriteConfiguration();
        WriteLibraries();
        LdconfigComparison.AssertEqual(_container, 2, "/opt/driver", "/opt/text");
    }

    // The same with trees that nobody thought of.
    [Fact]
    public void Trees_made_at_random()
    {
        Gen<(string Folder, string Name, string Soname, string? Link)> entry = Gen.Select(
            One.Of("/opt/a", "/opt/b", "/usr/lib", "/opt/a/glibc-hwcaps/x86-64-v2", "/opt/a/glibc-hwcaps/x86-64-v3"),
            One.Of("libx", "liby", "lib9", "ld-z", "libx1"), One.Of("", ".1", ".1.2", ".1.10", ".2", ".1a"),
                One.Of("libx.so.1", "liby.so", "libx.so", "", "lib9.so.1.2"), Gen.Int[0, 3],
            (folder, name, version, soname, link) => (folder, $"{name}.so{version}", soname, link > 0 ? null : $"{name}.so.1.2"));
        entry.List[0, 14].Sample(
            entries =>
            {
                using var container = new HookContainer();
                container.File("/etc/ld.so.conf", "/opt/a\n/opt/b\n").Folder("/opt/a").Folder("/opt/b");
                foreach ((string folder, string name, string soname, string? link) in entries)
                {
                    string path = $"{folder}/{name}";
                    // In the C library's folders of capabilities also other links count (HK-80); dangling links are deleted by it (HK-90).
                    if (Path.Exists(container.At(path)) || container.Target(path) is not null)
                        continue;
                    if (link is not null && link != name && File.Exists(container.At($"{folder}/{link}")))
                        container.Link(path, link);
                    else
                        container.File(path, soname.Length == 0 ? new ElfBuilder().ToBytes() : ElfBuilder.Library(soname));
                }
                LdconfigComparison.AssertEqual(container, 2, "/opt/a");
            },
            iter: 60,
            threads: 1);
    }

    public void Dispose() => _container.Dispose();

    private void AddDriver(string folder)
    {
        foreach (string name in (string[])["libcuda.so", "libnvidia-ml.so", "libnvidia-ptxjitcompiler.so", "libEGL_nvidia.so", "libcudadebugger.so"])
            _container.File($"{folder}/{name}.570.133.20", ElfBuilder.Library(name.StartsWith("libEGL", StringComparison.Ordinal) ? name + ".0" : name + ".1"));
        _container.Link(folder + "/libcuda.so", "libcuda.so.1").Link(folder + "/gbm/nvidia-drm_gbm.so", "../libnvidia-allocator.so.1")
            .File(folder + "/gbm/libnvidia-egl-gbm.so.1.1.2", ElfBuilder.Library("libnvidia-egl-gbm.so.1"));
        if (folder == "/usr/lib64")
            File.Delete(_container.At(folder + "/libcuda.so"));
    }

    private void WriteConfiguration() => _container
        .File("/etc/ld.so.conf",
            "# comment\n/opt/first  # here\ninclude ld.so.conf.d/*.conf more/[!x]*.list\n/opt/alias/\n/opt/file\n/opt/missing\nhwcap 0 x\n/opt/kind=libc6\n " +
            " /opt/last \n")
        .File("/etc/ld.so.conf.d/b.conf", "/opt/b\n").File("/etc/ld.so.conf.d/a.conf", "/opt/a\ninclude ../more/x.list\n")
            .File("/etc/more/a.list", "/opt/list\n").File("/etc/more/x.list", "/opt/x\n")
        .File("/opt/file").Link("/opt/alias", "first").Link("/lib", "usr/lib").Folder("/opt/empty");

    private void WriteLibraries()
    {
        // Names (HK-80). Kinds and contents (HK-81, HK-82).
        Add("/opt/first", ("ld-x.so.2", "ld-x.so.2"), ("ld.so.1", "ld.so.1"), ("ld64.so.2", "ld64.so.2"), ("liba.so", "liba.so"), ("other.so", "other.so"),
            ("libdash-1.2.so", "libdash-1.2.so"), ("libä.so.1", "libä.so.1"));
        _container.File("/opt/first/libscript.so", "INPUT(libx.so)\n" + new string(' ', 100)).File("/opt/first/libempty.so").Folder("/opt/first/libfolder.so")
            .Pipe("/opt/first/libpipe.so")
            .File("/opt/first/libprogram.so", new ElfBuilder { Type = 2 }.ToBytes());
        // Without a soname (HK-83).
        _container.File("/opt/a/libnone.so.1.2", new ElfBuilder().ToBytes()).Link("/opt/a/libnone.so", "libnone.so.1.2")
            .File("/opt/a/libbase.so.1", new ElfBuilder { Soname = "libbase.so.1"u8.ToArray(), Base = 0x10000 }.ToBytes());
        // Links, and several files of one soname (HK-85, HK-86, HK-89, HK-91).
        Add("/opt/b", ("libv.so.50.99", "libv.so.1"), ("libv.so.535.9", "libv.so.1"), ("libv.so.535.10", "libv.so.1"), ("libv.so.550.1", "libv.so.1"),
            ("libstale.so.2.1", "libstale.so.2"), ("libblocked.so.1.1", "libblocked.so.1"));
        _container.Link("/opt/b/libv.so", "libv.so.1").Link("/opt/b/libalias.so", "libv.so.550.1").Link("/opt/b/libstale.so.2", "libv.so.50.99")
            .Link("/opt/b/libdevel.so", "libv.so.550.1").File("/opt/b/libblocked.so.1", "text");
        // The same names in several folders (HK-76, HK-92).
        foreach (string folder in (string[])["/opt/first", "/opt/last", "/opt/x", "/opt/list", "/opt/kind", "/usr/lib", "/opt/driver", "/opt/text"])
            Add(folder, ("libsame.so.1", "libsame.so.1"), ($"lib{Path.GetFileName(folder)}.so.1.0", $"lib{Path.GetFileName(folder)}.so.1"));
        // Folders for newer processors (HK-78, HK-88, LC-6).
        foreach ((string name, uint mask) in ((string, uint)[])[("x86-64-v2", 2u), ("x86-64-v3", 4u), ("x86-64-v4", 15u), ("frobnicate", 0u)])
        {
            byte[] library = new ElfBuilder { Soname = "libsame.so.1"u8.ToArray(), Property = mask == 0 ? null : ElfBuilder.IsaNote(mask) }.ToBytes();
            _container.File($"/opt/first/glibc-hwcaps/{name}/libsame.so.1.9", library).Link($"/opt/first/glibc-hwcaps/{name}/libsame.so.1", "libsame.so.1.9");
        }
        Add("/usr/lib/glibc-hwcaps/.hidden", ("libsame.so.1", "libsame.so.1"));
        Add("/usr/lib/glibc-hwcaps/empty/sub", ("libsame.so.1", "libsame.so.1"));
        // Other architectures; the C library up to 2.36 knows its kind of i386 library by what that needs (LC-13, LC-14).
        _container.File("/opt/x/lib32.so.1",
            new ElfBuilder { Is64Bit = false, Machine = ElfMachine.I386, Soname = "lib32.so.1"u8.ToArray(), Needed = ["libc.so.6"] }.ToBytes())
            .File("/opt/x/libx32.so.1", new ElfBuilder { Is64Bit = false, Soname = "libx32.so.1"u8.ToArray(), Needed = ["libc.so.6"] }.ToBytes())
            .File("/opt/x/libarm.so.1", new ElfBuilder { Machine = ElfMachine.Arm64, Soname = "libarm.so.1"u8.ToArray() }.ToBytes());
        // Names in all orders (LC-10, LC-12).
        Add("/opt/list", [.. ((string[])["libs2x.so", "libs~.so", "libs_.so", "libsA.so", "libs.so", "libs-10.so", "libs-2.so", "libs-1.so", "libs-.so",
            "lib386.so", "libs01.so", "libs1.so"]).Select(name => (name, name))]);
    }

    private void Add(string folder, params (string Name, string Soname)[] libraries)
    {
        foreach ((string name, string soname) in libraries)
            _container.File($"{folder}/{name}", ElfBuilder.Library(soname));
    }
}
