using GpuContainers.Linux.Files;
using GpuContainers.Linux.Roots;

namespace GpuContainers.Linux.Tests.Roots;

/// <summary>Targets of mounts in a root that belongs to an attacker. Each test runs with openat2 and with the walker that replaces it.</summary>
[Requirement("CL-82", "CL-84")]
public sealed class ContainerTargetTests : IDisposable
{
    private const UnixFileMode Mode = FileModes.PublicFile;

    private readonly ScratchFolder _folder = new();
    private readonly List<MadeEntry> _made = [];

    public ContainerTargetTests()
    {
        Directory.CreateDirectory(_folder["root/usr/lib"]);
        Directory.CreateDirectory(_folder["host"]);
    }

    public void Dispose()
    {
        _made.ForEach(static entry => entry.Dispose());
        _folder.Dispose();
    }

    [Theory, CombinatorialBoolean]
    public void What_is_missing_is_made_and_can_be_taken_away_again(bool walks)
    {
        Make(walks, "/usr/lib/a/b/file").Dispose();
        Assert.True(File.Exists(_folder["root/usr/lib/a/b/file"]));
        Assert.Equal(["a", "b", "file"], _made.ConvertAll(static entry => System.Text.Encoding.UTF8.GetString(entry.Name)));
        for (int i = _made.Count - 1; i >= 0; i--)
            _made[i].Remove();
        Assert.Empty(Directory.GetFileSystemEntries(_folder["root/usr/lib"]));
    }

    [Theory, CombinatorialBoolean]
    public void A_link_of_the_image_is_followed_inside_it_also_to_what_is_missing(bool walks)
    {
        File.CreateSymbolicLink(_folder["root/usr/lib/link"], _folder["host"] + "/file");
        Make(walks, "/usr/lib/link").Dispose();
        Assert.True(File.Exists(_folder["root"] + _folder["host"] + "/file"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["host"]));
    }

    [Theory, CombinatorialBoolean]
    public void A_link_that_leads_above_the_root_is_an_error(bool walks)
    {
        File.CreateSymbolicLink(_folder["root/usr/lib/up"], "../../../host");
        foreach (string path in (string[])["/usr/lib/up", "/usr/lib/up/file"])
            Assert.Equal(Errno.EXDEV, Assert.Throws<LinuxException>(() => Make(walks, path)).Errno);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["host"]));
        Assert.Empty(_made);
    }

    [Theory, CombinatorialBoolean]
    public void What_is_of_another_kind_is_an_error(bool walks)
    {
        _folder.File("root/file", "");
        Assert.Equal(Errno.EISDIR, Assert.Throws<LinuxException>(() => Make(walks, "/usr/lib")).Errno);
        Assert.Equal(Errno.ENOTDIR, Assert.Throws<LinuxException>(() => Make(walks, "/file", isDirectory: true)).Errno);
        Assert.Equal(Errno.ENOTDIR, Assert.Throws<LinuxException>(() => Make(walks, "/file/below")).Errno);
    }

    [Theory, CombinatorialBoolean]
    [Requirement("HK-148")]
    public void Nothing_is_made_where_it_may_not(bool walks)
    {
        using ContainerRoot root = ContainerRoot.OpenRefusing(_folder["root"], walks);
        LinuxException error = Assert.Throws<LinuxException>(
            () => root.MakeTarget(ContainerPath.From("/usr/lib/file"), isDirectory: false, Mode, static _ => false, _made));
        Assert.Equal(Errno.EPERM, error.Errno);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["root/usr/lib"]));
    }

    private Descriptor Make(bool walks, string path, bool isDirectory = false)
    {
        using ContainerRoot root = ContainerRoot.OpenRefusing(_folder["root"], walks);
        return root.MakeTarget(ContainerPath.From(path), isDirectory, Mode, root.IsOnOwnMount, _made);
    }
}
