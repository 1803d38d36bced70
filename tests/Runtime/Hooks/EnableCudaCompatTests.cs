using System.Text;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The hook enable-cuda-compat: when it speaks up, and what it writes.</summary>
public sealed class EnableCudaCompatTests : IDisposable
{
    private const string Note = """{"format": 1, "CUDA version": "12.9", "driver": [535, 550, 560, 565, 570, 575], "device": [1]}""";
    private const string OrinNote = """{"format": 1, "CUDA Version": "13.2"}""";
    private const string Folder = "/usr/local/cuda/compat";
    private readonly HookContainer _container = new();

    [Theory]
    [Requirement("HK-102")]
    [InlineData("570.10", "", true)]
    [InlineData("575.57.7", "", true)]
    [InlineData("575.57.08", "", false)]
    [InlineData("590.10", "", false)]
    [InlineData("590.1", "12.8", false)]
    [InlineData("frobnicate", "12.8", true)]
    [InlineData("", "12.8", true)]
    [InlineData("", "12.9", false)]
    [InlineData("", "12.10", false)]
    [InlineData("", "frobnicate", false)]
    [InlineData("", "", false)]
    [InlineData("570.10", "99", true)]
    [InlineData("530.10", "", false)]
    [InlineData("575.57.08-rc.1", "", true)]
    public void Decisions_with_a_note(string driver, string cuda, bool isUsed) => AssertDecision("575.57.08", Note, driver, cuda, isUsed);

    [Theory]
    [Requirement("HK-102")]
    [InlineData("570", "", false)]
    [InlineData("", "13.1", true)]
    [InlineData("", "13.2", false)]
    public void Decisions_with_a_note_without_drivers(string driver, string cuda, bool isUsed) => AssertDecision("600.1", OrinNote, driver, cuda, isUsed);

    [Theory]
    [Requirement("HK-99", "HK-101")]
    [InlineData("600.1", "570.10", "", true)]
    [InlineData("570.99", "570.10", "", false)]
    [InlineData("560.1", "570.10", "", false)]
    [InlineData("600.1", "570.10", "12.8", false)]
    [InlineData("600.1", "570.10", "frobnicate", false)]
    [InlineData("600.1", "frobnicate", "", false)]
    [InlineData("x.1", "570.10", "", false)]
    [InlineData("600.1.2.3", "570.10", "", false)]
    public void Decisions_without_a_note(string compat, string driver, string cuda, bool isUsed) => AssertDecision(compat, null, driver, cuda, isUsed);

    // Bad JSON is not a note, and then the major rule holds.
    [Theory]
    [Requirement("HK-106")]
    [InlineData("[]")]
    [InlineData("{} x")]
    [InlineData("""{"CUDA version": 12.9}""")]
    [InlineData("""{"driver": ["570"]}""")]
    [InlineData("""{"driver": 570}""")]
    [InlineData("""{"driver": [570.5]}""")]
    [InlineData("""{"driver": [99999999999999999999]}""")]
    [InlineData("""{"format": "1"}""")]
    [InlineData("""{"device": 7}""")]
    public void A_note_that_is_no_such_JSON_counts_as_none(string note) => AssertDecision("600.1", note, "570.10", "", true);

    [Theory]
    [Requirement("HK-106")]
    [InlineData("""{"DRIVER":[570],"cuda VERSION":"12.9","other":{"x":[1]}}""")]
    [InlineData("""{"driver":[1],"Driver":[570]}""")]
    [InlineData("""{"driver":[570],"driver":null,"format":null}""")]
    public void Names_in_the_note_may_have_any_case(string note) => AssertDecision("575.1", note, "570.10", "", true);

    // Nothing is looked at, whatever there is.
    [Fact]
    [Requirement("HK-96")]
    public void Without_versions_there_is_nothing_to_do()
    {
        _container.Pipe(Folder + "/libcuda.so.600.1").File("/etc/ld.so.conf.d");
        Assert.Equal("", _container.Succeed("enable-cuda-compat").Errors);
        Assert.Equal("", _container.Succeed("enable-cuda-compat", "--host-driver-version=", "--host-cuda-version=").Errors);
    }

    [Theory]
    [Requirement("HK-96")]
    [InlineData("missing")]
    [InlineData("file")]
    [InlineData("loop")]
    public void A_folder_that_is_none_is_nothing_to_do(string kind)
    {
        if (kind == "file")
            _container.File(Folder);
        else if (kind == "loop")
            _container.Link(Folder, "compat");
        string before = _container.Listing();
        _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10");
        Assert.Equal(before, _container.Listing());
    }

    // Only regular files count.
    [Fact]
    [Requirement("HK-97")]
    public void Links_folders_pipes_and_other_names_are_no_candidates()
    {
        _container.File("/real", Library(null)).Link(Folder + "/libcuda.so.600.1", "/real").Folder(Folder + "/libcuda.so.600.2")
            .Pipe(Folder + "/libcuda.so.600.3")
            .File(Folder + "/libcuda.so.1").File(Folder + "/libcuda.so").File(Folder + "/xlibcuda.so.600.4").File(Folder + "/sub/libcuda.so.600.5");
        _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10");
        Assert.Empty(_container.DropIns());
        _container.File(Folder + "/libcuda.so.600.6");
        _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10");
        Assert.Single(_container.DropIns());
    }

    [Fact]
    [Requirement("HK-97")]
    public void Two_candidates_are_a_warning_and_none_is_used()
    {
        _container.File(Folder + "/libcuda.so.600.1").File(Folder + "/libcuda.so.600.2");
        HookResult result = _container.Run("enable-cuda-compat", "--host-driver-version=570.10");
        Assert.Equal(0, result.Status);
        Assert.Contains("level=warning", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Empty(_container.DropIns());
    }

    [Fact]
    [Requirement("HK-101")]
    public void Only_a_given_version_that_is_none_is_warned_about()
    {
        _container.File(Folder + "/libcuda.so.600.1");
        _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10");
        HookResult result = _container.Run("enable-cuda-compat", "--host-driver-version=570.1.2.3", "--host-cuda-version=x");
        Assert.Equal(0, result.Status);
        Assert.Equal(2, result.Lines.Count(
            line => line.Contains("level=warning", StringComparison.Ordinal) && line.Contains("is not understood", StringComparison.Ordinal)));
    }

    [Fact]
    [Requirement("HK-108")]
    public void The_resolved_folder_is_written()
    {
        _container.Link("/usr/local/cuda", "cuda-12").Link("/usr/local/cuda-12", "/opt/cuda-12.9").File("/opt/cuda-12.9/compat/libcuda.so.600.1");
        Assert.Equal("", _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10").Errors);
        string name = Assert.Single(_container.DropIns());
        Assert.Matches("^00-compat-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}[.]conf$", name);
        Assert.Equal("/opt/cuda-12.9/compat\n", _container.Read("/etc/ld.so.conf.d/" + name));
        Assert.Equal([Octal("644"), Octal("755"), Octal("755")], new[] { "/etc/ld.so.conf.d/" + name, "/etc/ld.so.conf.d", "/etc" }.Select(ModeOf));
    }

    [Fact]
    public void Another_folder_may_be_named()
    {
        _container.File("/opt/cuda/libcuda.so.600.1");
        _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10", "--cuda-compat-container-root", "/opt/cuda");
        Assert.Equal("/opt/cuda\n", _container.Read("/etc/ld.so.conf.d/" + Assert.Single(_container.DropIns())));
    }

    // NVIDIA's toolkit strips the text of the root's path from the host's path, and fails here or writes a relative one.
    [Theory]
    [Requirement("HK-98", "HK-48")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/.")]
    [InlineData("/../rootfs")]
    public void The_written_folder_counts_from_the_root_however_that_is_spelled(string suffix)
    {
        _container.File(Folder + "/libcuda.so.600.1");
        string link = Path.Combine(_container.Outside, "link");
        File.CreateSymbolicLink(link, _container.Root);
        string root = suffix == "" ? link : _container.Root + suffix;
        Assert.Equal(
            0, _container.RunWith($$"""{"bundle":"{{_container.Bundle}}","root":"{{root}}"}""", "enable-cuda-compat", "--host-driver-version=570.10").Status);
        Assert.Equal(Folder + "\n", _container.Read("/etc/ld.so.conf.d/" + Assert.Single(_container.DropIns())));
    }

    [Theory]
    [Requirement("HK-109")]
    [InlineData("/etc", null)]
    [InlineData("/etc", "nowhere")]
    [InlineData("/etc/ld.so.conf.d", null)]
    [InlineData("/etc/ld.so.conf.d", "nowhere")]
    [InlineData("/etc/ld.so.conf.d", "/outside")]
    public void A_file_or_dangling_link_in_the_way_is_an_error(string path, string? target)
    {
        _container.File(Folder + "/libcuda.so.600.1");
        _ = target is null ? _container.File(path) : _container.Link(path, target);
        _container.Fail("enable-cuda-compat", "--host-driver-version=570.10");
    }

    [Fact]
    [Requirement("HK-109")]
    public void An_absolute_link_is_followed_below_the_root()
    {
        _container.File(Folder + "/libcuda.so.600.1").Link("/etc/ld.so.conf.d", _container.Outside).Folder(_container.Outside);
        _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10");
        Assert.Empty(Directory.GetFileSystemEntries(_container.Outside));
        Assert.Single(Directory.GetFileSystemEntries(_container.At(_container.Outside)));
    }

    // A restarted container gets no second file.
    [Fact]
    [Requirement("HK-110")]
    public void A_second_run_changes_nothing()
    {
        _container.File(Folder + "/libcuda.so.600.1");
        _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10");
        string after = _container.Listing();
        _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10");
        Assert.Equal(after, _container.Listing());
    }

    // NVIDIA's toolkit writes such paths, and with them lines that the image's author chose.
    [Theory]
    [Requirement("HK-110")]
    [InlineData("/opt/x\n/evil")]
    [InlineData("/opt/x#y")]
    [InlineData("/opt/x\ty")]
    [InlineData("/opt/x\u007fy")]
    public void A_path_that_would_change_the_configuration_is_refused(string path)
    {
        _container.File(path + "/libcuda.so.600.1").Link("/compat", path);
        _container.Fail("enable-cuda-compat", "--host-driver-version=570.10", "--cuda-compat-container-root=/compat");
        Assert.Empty(_container.DropIns());
    }

    // The effect comes through update-ldcache, and before the driver's folders.
    [Fact]
    [Requirement("HK-111")]
    public void The_cache_then_leads_to_the_compatibility_library_first()
    {
        _container.File(Folder + "/libcuda.so.600.1", ElfBuilder.Library("libcuda.so.1"))
            .File("/opt/driver/libcuda.so.570.10", ElfBuilder.Library("libcuda.so.1"));
        _container.Succeed("enable-cuda-compat", "--host-driver-version=570.10");
        _container.Succeed("update-ldcache", "--folder", "/opt/driver");
        Assert.Equal([Folder + "/libcuda.so.1", "/opt/driver/libcuda.so.1"], CacheEntries.PathsOf(_container, "libcuda.so.1"));
    }

    public void Dispose() => _container.Dispose();

    private static byte[] Library(string? note) => new ElfBuilder
    {
        Soname = "libcuda.so.1"u8.ToArray(),
        Section = note is null ? null : (".note.cuda.fwd_compatibility", 7, 2, ElfBuilder.Note("NVIDIA Corporation", Encoding.UTF8.GetBytes(note)), 4),
    }.ToBytes();

    private static int Octal(string text) => Convert.ToInt32(text, 8);

    private int ModeOf(string path) => (int)File.GetUnixFileMode(_container.At(path));

    private void AssertDecision(string compat, string? note, string driver, string cuda, bool isUsed)
    {
        _container.File($"{Folder}/libcuda.so.{compat}", Library(note));
        HookResult result = _container.Run("enable-cuda-compat", "--host-driver-version=" + driver, "--host-cuda-version=" + cuda);
        Assert.True(result.Status == 0, result.Errors);
        Assert.Equal(isUsed ? 1 : 0, _container.DropIns().Length);
    }
}
