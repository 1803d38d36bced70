using System.Text;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Processes;
using GpuContainers.Linux.Roots;

namespace GpuContainers.Linux.Tests.Roots;

/// <summary>Each test runs with openat2 and with the walker that replaces it.</summary>
[Requirement("HK-45", "HK-46")]
public sealed class ContainerRootTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public ContainerRootTests()
    {
        Directory.CreateDirectory(_folder["root/usr/lib"]);
        _folder.File("root/usr/lib/a", "inside");
        _folder.File("host/secret", "outside");
        _folder.File("host/usr/lib/a", "outside");
    }

    public void Dispose() => _folder.Dispose();

    private ContainerRoot Open(bool walks) => ContainerRoot.Open(_folder["root"], walks);

    private void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder["root" + path])!);
        File.CreateSymbolicLink(_folder["root" + path], target);
    }

    private static string? Read(ContainerRoot root, string path, out Errno error) =>
        root.TryReadFile(ContainerPath.From(path), 1000, out byte[] bytes, out error) ? Encoding.UTF8.GetString(bytes) : null;

    [Theory, CombinatorialBoolean]
    public void Paths_and_links_stay_inside(bool walks)
    {
        Link("/absolute", "/usr/lib/a");
        Link("/dots", "../../../../../../../../usr/lib/a");
        Link("/up", _folder["host"]);
        Link("/usr/relative", "lib");
        Link("/chain", "usr/relative/../lib/./a");
        using ContainerRoot root = Open(walks);
        foreach (string path in (string[])["/usr/lib/a", "usr/lib/a", "/absolute", "/dots", "/../../usr/lib/a", "/usr/relative/a", "/chain", "//usr///lib/a"])
            Assert.Equal("inside", Read(root, path, out _));
        Assert.Null(Read(root, "/up/secret", out Errno error));
        Assert.Equal(Errno.ENOENT, error);
    }

    [Theory, CombinatorialBoolean]
    public void Errors_are_those_of_the_kernel(bool walks)
    {
        Link("/loop", "loop");
        Link("/dangling", "/nowhere");
        using ContainerRoot root = Open(walks);
        Assert.Equal(Errno.ELOOP, Error("/loop"));
        Assert.Equal(Errno.ENOENT, Error("/dangling"));
        Assert.Equal(Errno.ENOENT, Error("/usr/none/x"));
        Assert.Equal(Errno.ENOTDIR, Error("/usr/lib/a/x"));
        Assert.Equal(Errno.ENOTDIR, Error("/usr/lib/a/"));
        Assert.Equal(Errno.EISDIR, Error("/usr/lib"));
        Assert.Equal(Errno.ENAMETOOLONG, Error("/" + new string('x', 300)));
        Assert.Equal(Errno.EINVAL, Error("/usr/lib/a\0b"));

        Errno Error(string path)
        {
            Read(root, path, out Errno error);
            return error;
        }
    }

    [Theory, CombinatorialBoolean]
    public void A_chain_of_links_ends(bool walks)
    {
        Link("/l0", "/usr/lib/a");
        for (int i = 1; i <= 300; i++)
            Link("/l" + i, "/l" + (i - 1));
        using ContainerRoot root = Open(walks);
        Assert.Equal("inside", Read(root, "/l30", out _));
        Assert.Null(Read(root, "/l300", out Errno error));
        Assert.Equal(Errno.ELOOP, error);
    }

    [Theory, CombinatorialBoolean]
    public void The_last_link_is_followed_or_not(bool walks)
    {
        Link("/link", "/usr/lib/a");
        using ContainerRoot root = Open(walks);
        Assert.True(root.TryLookup(ContainerPath.From("/link"), followLast: false, out Descriptor? link, out _));
        using (link)
            Assert.Equal(FileKind.Link, link!.Status().Kind);
        Assert.True(root.TryLookup(ContainerPath.From("/link"), followLast: true, out Descriptor? file, out _));
        using (file)
            Assert.Equal("/usr/lib/a", root.PathOf(file!)!.Value.ToString());
    }

    [Theory, CombinatorialBoolean]
    public void Pipes_and_devices_are_not_opened(bool walks)
    {
        ChildProcess.Run("/usr/bin/mkfifo", ["mkfifo", _folder["root/pipe"]], null, TimeSpan.FromMinutes(10));
        using ContainerRoot root = Open(walks);
        Read(root, "/pipe", out Errno error);
        Assert.Equal(Errno.ENXIO, error);
    }

    // With the host's /proc bind-mounted, only its root's plain links lead on.
    [Theory, CombinatorialBoolean]
    [Requirement("SEC-15", "SEC-22")]
    public void Magic_links_are_refused(bool walks)
    {
        Directory.CreateDirectory(_folder["root/proc"]);
        ChildResult mount = ChildProcess.Run("/bin/mount", ["mount", "--rbind", "/proc", _folder["root/proc"]], null, TimeSpan.FromMinutes(10));
        Assert.SkipWhen(mount.ExitStatus != 0, "needs the right to mount");
        try
        {
            Link("/etc", "/proc/1/root/etc");
            Link("/cwd", "/proc/self/cwd");
            using ContainerRoot root = Open(walks);
            foreach (string path in (string[])["/etc/passwd", "/cwd", "/proc/self/exe", "/proc/self/root/usr", "/proc/1/cwd/x"])
            {
                Assert.False(root.TryLookup(ContainerPath.From(path), true, out _, out Errno error), path);
                Assert.True(error is Errno.ELOOP or Errno.EACCES, $"{path}: {error}");
            }
            // Found, but a file of the kernel's own is not read (SEC-22).
            Assert.True(root.TryLookup(ContainerPath.From("/proc/self/comm"), true, out _, out _));
            Assert.Null(Read(root, "/proc/self/comm", out _));
        }
        finally
        {
            ChildProcess.Run("/bin/umount", ["umount", "-l", _folder["root/proc"]], null, TimeSpan.FromMinutes(10));
        }
    }

    [Theory, CombinatorialBoolean]
    public void Directories_are_made_inside(bool walks)
    {
        Link("/opt", "/srv");
        Directory.CreateDirectory(_folder["root/srv"]);
        Link("/lost", _folder["host"]);
        using ContainerRoot root = Open(walks);
        using (ContainerDirectory made = root.MakeDirectories(ContainerPath.From("/opt/a/b/../c"), FileModes.PublicFolder))
            made.CreateFile("f"u8, "x"u8, FileModes.PublicFile);
        Assert.Equal("x", File.ReadAllText(_folder["root/srv/a/c/f"]));
        Assert.Throws<LinuxException>(() => root.MakeDirectories(ContainerPath.From("/lost/x"), FileModes.PublicFolder));
        Assert.Throws<LinuxException>(() => root.MakeDirectories(ContainerPath.From("/usr/lib/a/x"), FileModes.PublicFolder));
        Assert.False(Directory.Exists(_folder["host/x"]));
    }

    [Theory, CombinatorialBoolean]
    [Requirement("DS-138")]
    public void Files_and_links_are_replaced_in_one_step(bool walks)
    {
        Link("/usr/lib/link", _folder["host/secret"]);
        using ContainerRoot root = Open(walks);
        Assert.True(root.TryOpenDirectory(ContainerPath.From("/usr/lib"), out ContainerDirectory? folder, out _));
        using (folder)
        {
            folder!.ReplaceFile("link"u8, "new"u8, FileModes.ReadOnlyFile);
            Assert.True(folder.ReplaceLink("a"u8, "old"u8));
            Assert.True(folder.ReplaceLink("a"u8, "../\u00ff"u8));
            Assert.True(folder.TryStatus("a"u8, out FileStatus made, out _));
            Assert.False(folder.ReplaceLink("a"u8, "../\u00ff"u8));
            Assert.True(folder.TryStatus("a"u8, out FileStatus present, out _) && present.IsSameFile(made));
            Assert.Equal(Errno.EEXIST, Assert.Throws<LinuxException>(() => folder.CreateFile("a"u8, "x"u8, FileModes.PublicFile)).Errno);
            using ContainerDirectory sub = folder.MakeDirectory("sub"u8, FileModes.PublicFolder);
            Assert.Equal(Errno.EISDIR, Assert.Throws<LinuxException>(() => folder.ReplaceLink("sub"u8, "x"u8)).Errno);
            foreach (string name in (string[])["", ".", "..", "a/b", "/"])
                Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => folder.ReplaceLink(Encoding.UTF8.GetBytes(name), "x"u8)).Errno);
        }
        Assert.Equal("outside", File.ReadAllText(_folder["host/secret"]));
        Assert.Equal("new", File.ReadAllText(_folder["root/usr/lib/link"]));
        Assert.Equal("../\u00ff", HostFile.ReadLink(_folder["root/usr/lib/a"]));
        Assert.Equal(["a", "link", "sub"], HostDirectory.Names(_folder["root/usr/lib"]));
    }

    [Fact]
    [Requirement("HK-31")]
    public void The_hosts_own_root_is_refused()
    {
        File.CreateSymbolicLink(_folder["slash"], "/");
        foreach (string path in (string[])["/", "//", "/usr/..", _folder["slash"]])
            Assert.Equal(Errno.EPERM, Assert.Throws<LinuxException>(() => ContainerRoot.Open(path)).Errno);
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => ContainerRoot.Open("")).Errno);
    }

    [Fact]
    [Requirement("HK-33")]
    public void The_root_itself_may_be_reached_through_links()
    {
        File.CreateSymbolicLink(_folder["to-root"], "root");
        using ContainerRoot root = ContainerRoot.Open(_folder["to-root"]);
        Assert.True(root.TryLookup(ContainerPath.From("/usr/lib/a"), true, out Descriptor? file, out _));
        using (file)
            Assert.Equal("/usr/lib/a", root.PathOf(file!)!.Value.ToString());
    }
}
