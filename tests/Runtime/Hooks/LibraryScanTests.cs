using System.Text;
using GpuContainers.Elf;
using GpuContainers.Elf.Cache;
using GpuContainers.Linux.Files;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>Which libraries go into the cache, and which links are made.</summary>
[Requirement("HK-76", "HK-77", "HK-78", "HK-79", "HK-80", "HK-81", "HK-82", "HK-83", "HK-84", "HK-85", "HK-86", "HK-87", "HK-88", "HK-89", "HK-90", "HK-91")]
[Requirement("HK-92", "HK-93")]
public sealed class LibraryScanTests : IDisposable
{
    private const string Folder = "/opt/l";
    private readonly HookContainer _container = new HookContainer().File("/etc/ld.so.conf", Folder + "\n");

    // The text stays as it is written, and the first one of an inode wins.
    [Fact]
    [Requirement("HK-76")]
    public void Folders_are_told_apart_by_inode_and_the_first_text_is_recorded()
    {
        _container.File("/usr/lib/libx.so.1", ElfBuilder.Library("libx.so.1")).Link("/lib", "usr/lib").Link("/opt/again", "/usr/lib").File("/opt/file");
        Configure("/opt/missing", "/opt/file", "/opt/../lib", "/opt/again");
        Assert.Equal(["libx.so.1 => /opt/../lib/libx.so.1"], Scan());
        Configure("/opt/again");
        Assert.Equal(["libx.so.1 => /opt/again/libx.so.1"], Scan());
        Configure();
        Assert.Equal(["libx.so.1 => /lib/libx.so.1"], Scan());
    }

    [Fact]
    [Requirement("HK-78", "HK-88")]
    public void Subfolders_of_glibc_hwcaps_are_searched_after_their_folder()
    {
        Add("libx.so.1", "libx.so.1");
        Add("glibc-hwcaps/x86-64-v3/libx.so.1.5", "libx.so.1");
        Add("glibc-hwcaps/other/libx.so.1", "libx.so.1");
        Add("glibc-hwcaps/.hidden/libx.so.1", "libx.so.1");
        Add("glibc-hwcaps/with:colon/libx.so.1", "libx.so.1");
        Add("glibc-hwcaps/x86-64-v3/glibc-hwcaps/nested/libx.so.1", "libx.so.1");
        Add("glibc-hwcaps/libx.so.1", "libx.so.1");
        _container.Link(Folder + "/glibc-hwcaps/linked", "/opt/elsewhere").File("/opt/elsewhere/liby.so.1", ElfBuilder.Library("liby.so.1"));
        Assert.Equal(
            ["liby.so.1 => /opt/l/glibc-hwcaps/linked/liby.so.1", "libx.so.1 => /opt/l/glibc-hwcaps/other/libx.so.1",
                "libx.so.1 => /opt/l/glibc-hwcaps/x86-64-v3/libx.so.1.5", "libx.so.1 => /opt/l/libx.so.1"],
            Scan());
        // No links are made there (HK-89).
        Assert.False(Path.Exists(_container.At(Folder + "/glibc-hwcaps/x86-64-v3/libx.so.1")));
    }

    // As the C library since 2.37.
    [Theory]
    [Requirement("HK-79")]
    [InlineData("tls")]
    [InlineData("haswell")]
    [InlineData("x86_64")]
    public void Folders_of_older_capability_names_are_not_searched(string name)
    {
        Add($"{name}/libx.so.1", "libx.so.1");
        Assert.Empty(Scan());
    }

    // In these folders ldconfig takes links of any name.
    [Fact]
    [Requirement("HK-80")]
    public void A_link_of_another_name_is_no_library_there_either()
    {
        _container.File("/opt/x", ElfBuilder.Library("libx.so.1")).Link(Folder + "/glibc-hwcaps/x86-64-v2/frobnicate", "/opt/x");
        Assert.Empty(Scan());
    }

    [Fact]
    [Requirement("HK-81")]
    public void Only_files_and_links_to_files_are_opened()
    {
        _container.Pipe(Folder + "/libpipe.so.1").Folder(Folder + "/libfolder.so.1").Link(Folder + "/liblink.so.1", "/opt/pipe").Pipe("/opt/pipe")
            .Link(Folder + "/libloop.so.1", "libloop.so.1");
        HostNodes.CreateCharacterDevice(_container.At(Folder + "/libdevice.so.1"), 1, 5, FileModes.SharedFile);
        Assert.Empty(Scan());
    }

    [Fact]
    [Requirement("HK-82", "LC-13")]
    public void What_is_no_shared_library_of_this_machine_is_skipped()
    {
        string text = "/* GNU ld script */ INPUT(/lib/libx.so.1)\n";
        _container.File(Folder + "/libscript.so", text + new string(' ', 200)).File(Folder + "/libempty.so").File(Folder + "/libshort.so", "\u007fELF");
        byte[] soname = "libx.so.1"u8.ToArray();
        (string Name, ElfBuilder File)[] wrong =
        [
            ("program", new ElfBuilder { Soname = soname, Type = 2 }),
            ("object", new ElfBuilder { Soname = soname, Type = 1 }),
            ("big", new ElfBuilder { Soname = soname, IsBigEndian = true }),
            ("ppc", new ElfBuilder { Soname = soname, Machine = 21 }),
            ("no-dynamic", new ElfBuilder { Soname = soname, HasDynamic = false }),
            ("no-strings", new ElfBuilder { Soname = soname, HasStringTable = false }),
            ("segments", new ElfBuilder { Soname = soname, ClaimedSegments = 0 }),
        ];
        foreach ((string name, ElfBuilder file) in wrong)
            _container.File($"{Folder}/lib{name}.so", file.ToBytes());
        Assert.Empty(Scan());
    }

    [Fact]
    [Requirement("HK-93")]
    public void A_library_with_more_headers_than_any_is_skipped_with_a_warning()
    {
        _container.File(Folder + "/libx.so", [.. new ElfBuilder { Soname = "libx.so"u8.ToArray(), ClaimedSegments = 1025 }.ToBytes(), .. new byte[70000]]);
        HookResult result = _container.Run("update-ldcache");
        Assert.Equal(0, result.Status);
        Assert.Contains("skipping /opt/l/libx.so in the container", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Empty(CacheEntries.Of(_container));
    }

    [Fact]
    [Requirement("HK-83")]
    public void The_soname_counts_the_first_one_and_without_one_the_name_of_the_file()
    {
        _container.File(Folder + "/liba.so.1.0", new ElfBuilder { Soname = "liba.so.1"u8.ToArray(), SecondSoname = "libb.so.1"u8.ToArray() }.ToBytes());
        _container.File(Folder + "/libnone.so.1.0", new ElfBuilder().ToBytes());
        // The address of the strings is translated through the segments; some addresses are in none of them.
        _container.File(Folder + "/libbase.so.1.0", new ElfBuilder { Soname = "libbase.so.1"u8.ToArray(), Base = 0x400000 }.ToBytes());
        Assert.Equal(["libnone.so.1.0 => /opt/l/libnone.so.1.0", "libbase.so.1 => /opt/l/libbase.so.1", "liba.so.1 => /opt/l/liba.so.1"], Scan());
    }

    // The C library uses them, and with the second one replaces links in other folders.
    [Theory]
    [Requirement("HK-84")]
    [InlineData("")]
    [InlineData("../bin/x")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("libx.so.1\n/evil")]
    [InlineData("libx\u001b.so")]
    [InlineData("libx\u007f.so")]
    public void A_hostile_soname_is_skipped(string soname)
    {
        _container.Link("/opt/bin/x", "target");
        Add("libx.so.1", soname);
        Add("liby.so.1", "liby.so.1");
        Assert.Equal(["liby.so.1 => /opt/l/liby.so.1"], Scan());
        Assert.Equal("target", _container.Target("/opt/bin/x"));
    }

    [Fact]
    [Requirement("HK-84")]
    public void A_soname_has_at_most_255_bytes()
    {
        Add("libx.so.1", "lib" + new string('x', 252));
        Add("liby.so.1", "lib" + new string('y', 253));
        Assert.Single(Scan());
    }

    [Fact]
    [Requirement("HK-85")]
    public void Links_by_the_soname_and_development_links_stay_links_and_others_count_as_files()
    {
        Add("libx.so.1.2", "libx.so.1");
        _container.Link(Folder + "/libx.so.1", "libx.so.1.2").Link(Folder + "/libx.so", "libx.so.1").Link(Folder + "/libalias.so", "libx.so.1.2")
            .Link(Folder + "/liby.so.9", "libx.so.1.2");
        Assert.Equal(["libx.so.1 => /opt/l/libx.so.1", "libx.so => /opt/l/libx.so"], Scan());
        Assert.Equal("libx.so.1.2", _container.Target(Folder + "/libx.so.1"));
    }

    // The documented example, and a file against a link whose name is greater.
    [Fact]
    [Requirement("HK-86")]
    public void The_greatest_name_wins_and_a_file_beats_a_link()
    {
        foreach (string version in (string[])["50.99", "535.9", "535.10", "550.1"])
            Add("libcuda.so." + version, "libcuda.so.1");
        Add("libfile.so.1.2", "libfile.so.1");
        _container.File("/opt/other", ElfBuilder.Library("libfile.so.1")).Link(Folder + "/libfile.so.1", "/opt/other");
        Assert.Equal(["libfile.so.1 => /opt/l/libfile.so.1", "libcuda.so.1 => /opt/l/libcuda.so.1"], Scan());
        Assert.Equal("libcuda.so.550.1", _container.Target(Folder + "/libcuda.so.1"));
        Assert.Equal("libfile.so.1.2", _container.Target(Folder + "/libfile.so.1"));
    }

    // ldconfig keeps one of them, depending on the order in which the file system tells the names.
    [Fact]
    [Requirement("HK-87")]
    public void Architectures_do_not_compete()
    {
        byte[] soname = "libx.so.1"u8.ToArray();
        _container.File(Folder + "/libx.so.1.64", new ElfBuilder { Soname = soname }.ToBytes());
        _container.File(Folder + "/libx.so.1.32", new ElfBuilder { Soname = soname, Machine = ElfMachine.I386, Is64Bit = false }.ToBytes());
        _container.File(Folder + "/libx.so.1.x32", new ElfBuilder { Soname = soname, Machine = ElfMachine.X64, Is64Bit = false }.ToBytes());
        Scan();
        Assert.Equal([LibraryFlags.X32, LibraryFlags.X64, LibraryFlags.I386], File.ReadAllBytes(_container.At("/etc/ld.so.cache")) is { } cache
            ? new[] { 0, 1, 2 }.Select(i => BitConverter.ToInt32(cache, 48 + (24 * i))) : []);
    }

    [Fact]
    [Requirement("HK-89")]
    public void Links_by_the_soname_are_made_and_stale_ones_replaced()
    {
        Add("libnew.so.1.1", "libnew.so.1");
        Add("libstale.so.1.1", "libstale.so.1");
        Add("libother.so.1.1", "libother.so.1");
        Add("libfine.so.1.1", "libfine.so.1");
        Add("libfile.so.1.1", "libfile.so.1");
        _container.Link(Folder + "/libstale.so.1", "libstale.so.1.0").Link(Folder + "/libother.so.1", "/opt/text").File("/opt/text")
            .Link(Folder + "/libfine.so.1", "../l/libfine.so.1.1").File(Folder + "/libfile.so.1", "text");
        Assert.Equal(5, Scan().Length);
        Assert.Equal(["libnew.so.1.1", "libstale.so.1.1", "libother.so.1.1", "../l/libfine.so.1.1", null],
            new[] { "new", "stale", "other", "fine", "file" }.Select(name => _container.Target($"{Folder}/lib{name}.so.1")));
        // Something else of that name is left, and recorded all the same.
        Assert.Equal("text", _container.Read(Folder + "/libfile.so.1"));
        Assert.Equal([Folder + "/libfile.so.1"], CacheEntries.PathsOf(_container, "libfile.so.1"));
    }

    // ldconfig records the link that it could not make.
    [Fact]
    [Requirement("HK-89", "HK-90", "HK-148")]
    public void Where_no_link_can_be_made_the_file_itself_is_recorded()
    {
        _container.Folder("/opt/volume").Folder("/opt/driver");
        string volume = Path.Combine(_container.Outside, "volume");
        Directory.CreateDirectory(volume);
        foreach (string name in (string[])["libv.so.1.1", "libold.so.1.1"])
            File.WriteAllBytes(Path.Combine(volume, name), ElfBuilder.Library(name[..^2]));
        File.CreateSymbolicLink(Path.Combine(volume, "libold.so.1"), "libold.so.1.0");
        File.CreateSymbolicLink(Path.Combine(volume, "libdangling.so.1"), "libdangling.so.1.0");
        File.WriteAllBytes(_container.At("/opt/libd.so.1.1"), ElfBuilder.Library("libd.so.1"));
        Configure("/opt/volume", "/opt/driver", "/opt/ro");
        _container.Folder("/opt/ro").File("/opt/libr.so.1.1", ElfBuilder.Library("libr.so.1"));
        string before = TreeListing.Of(volume);
        const string mounts =
            "mount --bind $ROOT/../../outside/volume $ROOT/opt/volume && mount -t tmpfs tmpfs $ROOT/opt/driver && cp $ROOT/opt/libd.so.1.1 $ROOT/opt/driver/"
            + " && mount -t tmpfs tmpfs $ROOT/opt/ro && cp $ROOT/opt/libr.so.1.1 $ROOT/opt/ro/ && mount -o remount,ro $ROOT/opt/ro";
        HookResult result = InMountNamespace.RunThen(
            _container, mounts, "readlink $ROOT/opt/driver/libd.so.1", "update-ldcache", "--folder", "/opt/driver", "--folder", "/opt/ro");
        Assert.True(result.Status == 0, result.Errors);
        Assert.Equal(before, TreeListing.Of(volume));
        Assert.Equal("", result.Output);
        Assert.Equal(["libv.so.1 => /opt/volume/libv.so.1.1", "libr.so.1 => /opt/ro/libr.so.1.1", "libold.so.1 => /opt/volume/libold.so.1.1",
            "libd.so.1 => /opt/driver/libd.so.1.1"], CacheEntries.Lines(_container));
    }

    // ldconfig deletes them, also in volumes.
    [Fact]
    [Requirement("HK-90")]
    public void Dangling_links_are_never_deleted()
    {
        _container.Link(Folder + "/libgone.so.1", "libgone.so.1.0");
        Assert.Empty(Scan());
        Assert.Equal("libgone.so.1.0", _container.Target(Folder + "/libgone.so.1"));
    }

    // However long the chain: what its first links lead to is known by the time the others have their turn.
    [Theory]
    [Requirement("HK-83", "HK-84", "HK-85")]
    [InlineData("libx.so>libx.so.1", "libx.so.1>libx.so.1.2")]
    [InlineData("libx.so>libx.so.1", "libx.so.1>libx.so.1.1", "libx.so.1.1>libx.so.1.2")]
    [InlineData("libx.so>liba.so.1", "liba.so.1>libx.so.1", "libx.so.1>libx.so.1.2")]
    [InlineData("libx.so>zlink", "zlink>libx.so.1", "libx.so.1>libx.so.1.2")]
    [InlineData("libx.so>libx.so.1", "libx.so.1>/opt/l/libx.so.1.2")]
    public void Links_to_links_lead_to_the_library(params string[] links)
    {
        Add("libx.so.1.2", "libx.so.1");
        foreach (string link in links)
            _container.Link($"{Folder}/{link.Split('>')[0]}", link.Split('>')[1]);
        Assert.Equal(["libx.so.1 => /opt/l/libx.so.1", "libx.so => /opt/l/libx.so"], Scan());
        Assert.All(links, link => Assert.Equal(link.Split('>')[1], _container.Target($"{Folder}/{link.Split('>')[0]}")));
    }

    // A dead one, a circle, and one to what is no library.
    [Theory]
    [InlineData("libgone.so>libgone.so.1", "libgone.so.1>libgone.so.1.0")]
    [InlineData("libgone.so>libgone.so.1", "libgone.so.1>libgone.so")]
    [InlineData("libgone.so>libfolder.so.1")]
    [InlineData("libgone.so>text")]
    public void Links_that_lead_to_no_library_do_no_harm(params string[] links)
    {
        Add("libx.so.1.2", "libx.so.1");
        _container.Folder(Folder + "/libfolder.so.1").File(Folder + "/text", "text");
        foreach (string link in links)
            _container.Link($"{Folder}/{link.Split('>')[0]}", link.Split('>')[1]);
        Assert.Equal(["libx.so.1 => /opt/l/libx.so.1"], Scan());
        Assert.All(links, link => Assert.Equal(link.Split('>')[1], _container.Target($"{Folder}/{link.Split('>')[0]}")));
    }

    // ldconfig finds the development link in its second run only.
    [Fact]
    [Requirement("HK-91")]
    public void A_development_link_to_a_link_about_to_be_made_counts()
    {
        Add("libx.so.1.2", "libx.so.1");
        _container.Link(Folder + "/libx.so", "libx.so.1").Link(Folder + "/liby.so", "libx.so.1");
        string[] first = Scan();
        Assert.Equal(["libx.so.1 => /opt/l/libx.so.1", "libx.so => /opt/l/libx.so"], first);
        Assert.Equal(first, Scan());
    }

    [Fact]
    [Requirement("HK-92")]
    public void The_same_name_in_several_folders_stays_in_their_order()
    {
        Configure("/opt/b", "/opt/a");
        foreach (string folder in (string[])["/opt/a", "/opt/b", "/usr/lib"])
            _container.File(folder + "/libx.so.1", ElfBuilder.Library("libx.so.1"));
        Assert.Equal(["/opt/b/libx.so.1", "/opt/a/libx.so.1", "/usr/lib/libx.so.1"], Scan() is { } ? CacheEntries.PathsOf(_container, "libx.so.1") : []);
    }

    [Fact]
    [Requirement("HK-93")]
    public void Of_more_than_4096_folders_the_rest_is_skipped_with_a_warning()
    {
        for (int i = 0; i < 4100; i++)
            _container.Folder($"{Folder}/glibc-hwcaps/h{i:d4}");
        HookResult result = _container.Run("update-ldcache");
        Assert.Equal(0, result.Status);
        Assert.Contains("one of more than 4096 library directories", result.Lines[0], StringComparison.Ordinal);
        Assert.True(File.Exists(_container.At("/etc/ld.so.cache")));
    }

    [Fact]
    [Requirement("HK-133", "LC-21")]
    public void Names_that_are_no_text_and_paths_that_are_too_long()
    {
        _container.File(Folder + "/libä.so.1", new ElfBuilder { Soname = [.. "lib"u8, 0xff, .. ".so"u8] }.ToBytes());
        Scan();
        Assert.True(File.ReadAllBytes(_container.At("/etc/ld.so.cache")).AsSpan().IndexOf((ReadOnlySpan<byte>)[.. "/opt/l/lib"u8, 0xff, .. ".so\0"u8]) > 0);
        Configure(string.Concat(Enumerable.Repeat("/.", 2042)) + "/opt/l");
        HookResult result = _container.Run("update-ldcache");
        Assert.Equal(0, result.Status);
        Assert.Contains("does not fit", Assert.Single(result.Lines), StringComparison.Ordinal);
        System.Diagnostics.Process.Start("/bin/sh", ["-c", $"rm -f '{_container.At(Folder)}'/*"]).WaitForExit();
    }

    public void Dispose() => _container.Dispose();

    private void Configure(params string[] folders) => _container.File("/etc/ld.so.conf", string.Concat(folders.Select(folder => folder + "\n")));

    private void Add(string name, string soname) => _container.File($"{Folder}/{name}", new ElfBuilder { Soname = Encoding.UTF8.GetBytes(soname) }.ToBytes());

    private string[] Scan()
    {
        Assert.Equal("", _container.Succeed("update-ldcache").Errors);
        return CacheEntries.Lines(_container);
    }
}
