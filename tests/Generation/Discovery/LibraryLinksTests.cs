using GpuContainers.Cdi;
using GpuContainers.Generation.Discovery;
using GpuContainers.Simulator.Elf;

namespace GpuContainers.Generation.Tests.Discovery;

public sealed class LibraryLinksTests : IDisposable
{
    private readonly SimulatedTree _host = SimulatedTree.OfText("{}");

    public void Dispose() => _host.Dispose();

    // Whether the host has them or not.
    [Theory]
    [Requirement("DS-76")]
    [InlineData("libcuda.so.570.133.20", "libcuda.so.1::/c/libcuda.so")]
    [InlineData("libGLX_nvidia.so.570.133.20", "libGLX_nvidia.so.570.133.20::/c/libGLX_indirect.so.0")]
    [InlineData("libnvidia-opticalflow.so.1.1", "libnvidia-opticalflow.so.1::/c/libnvidia-opticalflow.so")]
    [InlineData("libcuda.so.1", null)]
    [InlineData("libnvidia-ml.so.570.133.20", null)]
    public void Three_libraries_have_links_of_their_own(string name, string? link)
    {
        Library("/h/" + name, name);
        Assert.Equal(link is null ? [] : [link], Links(name));
    }

    // Links that the host has beside the library, by its SONAME.
    [Theory]
    [Requirement("DS-77", "DS-78", "DS-79")]
    [InlineData("libx.so.1", "libx.so.1 libx.so", "libx.so.570.1::/c/libx.so.1 libx.so.1::/c/libx.so")]
    [InlineData("libx.so.1", "libx.so.1", "libx.so.570.1::/c/libx.so.1")]
    [InlineData("libx.so.1", "libx.so", "libx.so.1::/c/libx.so")]
    [InlineData("libx.so.1", "", "")]
    [InlineData("libx.so", "libx.so", "libx.so.570.1::/c/libx.so")]
    [InlineData("libx.so.570.1", "libx.so.1 libx.so", "libx.so.570.1::/c/libx.so")]
    [InlineData("libx", "libx", "libx.so.570.1::/c/libx")]
    [InlineData("", "libx.so", "libx.so.570.1::/c/libx.so")]
    public void Links_follow_the_SONAME(string soname, string onHost, string expected)
    {
        Library("/h/libx.so.570.1", soname);
        foreach (string link in onHost.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            _host.Link("/h/" + link, "libx.so.570.1");
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), Links("libx.so.570.1"));
    }

    [Fact]
    [Requirement("DS-78")]
    public void A_file_instead_of_a_link_gives_no_link()
    {
        Library("/h/libx.so.570.1", "libx.so.1");
        _host.Write("/h/libx.so.1");
        Assert.Empty(Links("libx.so.570.1"));
    }

    // Two dots somewhere are enough, one is not.
    [Theory]
    [Requirement("DS-77")]
    [InlineData("libfoo.so.2", "libfoo.so", true)]
    [InlineData("libfoo.so", "libfoo.so.2", false)]
    public void Only_versioned_names_are_looked_at(string name, string soname, bool looked)
    {
        Library("/h/" + name, soname);
        _host.Link("/h/" + soname, name);
        Assert.Equal(looked ? [$"{name}::/c/{soname}"] : [], Links(name));
    }

    [Theory]
    [Requirement("DS-77")]
    [InlineData("no library")]
    [InlineData("\u007fELF")]
    [InlineData("")]
    public void What_is_no_library_is_a_warning_and_keeps_its_fixed_links(string text)
    {
        _host.Write("/h/libcuda.so.570.1", text);
        _host.Link("/h/libcuda.so.1", "libcuda.so.570.1");
        string log = LogCapture.Of(() => Assert.Equal(["libcuda.so.1::/c/libcuda.so"], Links("libcuda.so.570.1")));
        Assert.Contains($"Failed to get soname symlinks for {_host.At("/h/libcuda.so.570.1")}", log, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DS-77")]
    public void A_library_with_two_SONAMEs_is_a_warning()
    {
        byte[] file = new SharedObject("libcuda.so.1").ToBytes();
        // The entry of the size of a symbol becomes a second DT_SONAME.
        int at = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[11, 0, 0, 0, 0, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0]);
        file[at] = 14;
        File.WriteAllBytes(_host.Write("/h/libcuda.so.570.1"), file);
        _host.Link("/h/libcuda.so.1", "libcuda.so.570.1");
        string log = LogCapture.Of(() => Assert.Equal(["libcuda.so.1::/c/libcuda.so"], Links("libcuda.so.570.1")));
        Assert.Contains($"Failed to get soname symlinks for {_host.At("/h/libcuda.so.570.1")}: it has several SONAMEs", log, StringComparison.Ordinal);
    }

    // Engines compare documents with those of NVIDIA's toolkit, which sees no SONAME without section headers.
    [Fact]
    [Requirement("DS-80")]
    public void Without_section_headers_the_name_of_the_file_stands_for_the_SONAME()
    {
        byte[] file = new SharedObject("libx.so.1").ToBytes();
        Array.Clear(file, 40, 8);
        Array.Clear(file, 60, 2);
        File.WriteAllBytes(_host.Write("/h/libx.so.570.1"), file);
        _host.Link("/h/libx.so.1", "libx.so.570.1");
        _host.Link("/h/libx.so", "libx.so.1");
        Assert.Equal(["libx.so.570.1::/c/libx.so"], Links("libx.so.570.1"));
    }

    // By container path and by link, each once, in the order of the mounts.
    [Fact]
    [Requirement("DS-75")]
    public void Each_mount_and_each_link_comes_once()
    {
        Library("/h/libcuda.so.570.1", "libcuda.so.1");
        Library("/h/libcuda.so.570.2", "libcuda.so.1");
        _host.Link("/h/libcuda.so.1", "libcuda.so.570.1");
        Assert.Equal(
            ["libcuda.so.1::/c/libcuda.so", "libcuda.so.570.2::/c/libcuda.so.1", "libcuda.so.570.1::/c/libcuda.so.1"],
            Links("libcuda.so.570.2", "libcuda.so.570.1", "libcuda.so.570.2"));
    }

    // One hook, made of the driver's own mounts, whatever version they have.
    [Fact]
    [Requirement("DS-73", "DS-74")]
    public void The_drivers_libraries_have_one_hook_for_all_links()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        ContainerEdits edits = host.Parts().Driver.Find();
        Assert.Single(host.Hooks(edits), static hook => hook.StartsWith("create-symlinks", StringComparison.Ordinal));
        const string folder = "/usr/lib/x86_64-linux-gnu";
        Assert.Equal(
            [
                $"libcuda.so.1::{folder}/libcuda.so", $"libcuda.so.570.133.20::{folder}/libcuda.so.1",
                    $"libcudadebugger.so.570.133.20::{folder}/libcudadebugger.so.1",
                $"libnvcuvid.so.570.133.20::{folder}/libnvcuvid.so.1", $"libnvcuvid.so.1::{folder}/libnvcuvid.so",
            ],
            host.Links(edits).Take(5));
        Assert.Contains($"libnvidia-nvvm.so.570.133.20::{folder}/libnvidia-nvvm.so.4", host.Links(edits));
    }

    [Theory]
    [Requirement("DS-81")]
    [InlineData("libx.so", true)]
    [InlineData("libx.so.1", true)]
    [InlineData("libx.so.1.so.2", true)]
    [InlineData("lib.so", false)]
    [InlineData("x.so", false)]
    [InlineData("libx.sox", false)]
    [InlineData("libx.a", false)]
    [InlineData("libx.so.1.sox", false)]
    public void Libraries_are_known_by_their_names(string name, bool expected)
    {
        Assert.Equal(expected, LibraryFolderNames.IsLibrary(name));
        Assert.Equal(expected ? ["/b", "/a"] : [], LibraryFolderNames.Find([Mount("/b/" + name), Mount("/a/" + name), Mount("/b/liby")]));
    }

    private static Mount Mount(string path) => new() { HostPath = path, ContainerPath = path };

    private void Library(string path, string soname) => File.WriteAllBytes(_host.Write(path), new SharedObject(soname).ToBytes());

    private IReadOnlyList<string> Links(params string[] names) =>
        LibraryLinks.Find(_host.Parts().Root.Files, [.. names.Select(name => new Mount { HostPath = _host.At("/h/" + name), ContainerPath = "/c/" + name })]);
}
