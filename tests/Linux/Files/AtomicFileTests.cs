using System.Text;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Linux.Tests.Files;

public sealed class AtomicFileTests
{
    [Fact]
    [Requirement("RT-88")]
    public void Content_is_replaced_and_mode_and_owner_are_kept()
    {
        using var folder = new ScratchFolder();
        string path = folder.File("a", "old");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        HostFile.TryStatus(path, false, out FileStatus before);
        AtomicFile.Replace(path, "new"u8);
        HostFile.TryStatus(path, false, out FileStatus after);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal((before.Mode, before.Uid, before.Gid), (after.Mode, after.Uid, after.Gid));
        Assert.NotEqual(before.Inode, after.Inode);
        Assert.Equal(["a"], HostDirectory.Names(folder.Path));
    }

    [Fact]
    [Requirement("CF-122")]
    public void A_link_is_followed_and_kept()
    {
        using var folder = new ScratchFolder();
        folder.File("real/a", "old");
        File.CreateSymbolicLink(folder["link"], "real/a");
        AtomicFile.Replace(folder["link"], "new"u8);
        Assert.Equal("real/a", HostFile.ReadLink(folder["link"]));
        Assert.Equal("new", File.ReadAllText(folder["real/a"]));
    }

    [Fact]
    public void A_dangling_link_gets_its_target()
    {
        using var folder = new ScratchFolder();
        File.CreateSymbolicLink(folder["link"], "target");
        AtomicFile.Replace(folder["link"], "new"u8);
        Assert.Equal("new", File.ReadAllText(folder["target"]));
        Assert.Equal("target", HostFile.ReadLink(folder["link"]));
    }

    [Fact]
    public void A_new_file_gets_the_mode_asked_for()
    {
        using var folder = new ScratchFolder();
        AtomicFile.Replace(folder["a"], "x"u8, newFileMode: FileModes.PrivateFile);
        HostFile.TryStatus(folder["a"], false, out FileStatus status);
        Assert.Equal(FileModes.PrivateFile, status.Mode);
    }

    [Fact]
    public void A_file_changed_meanwhile_is_not_overwritten()
    {
        using var folder = new ScratchFolder();
        string path = folder.File("a", "old");
        HostFile.TryStatus(path, true, out FileStatus seen);
        File.WriteAllText(path, "edited by somebody");
        LinuxException error = Assert.Throws<LinuxException>(() => AtomicFile.Replace(path, "new"u8, unchangedSince: seen));
        Assert.Equal(Errno.EAGAIN, error.Errno);
        Assert.Equal("edited by somebody", File.ReadAllText(path));
        Assert.Equal(["a"], HostDirectory.Names(folder.Path));
    }

    [Fact]
    public void A_missing_folder_is_an_error_and_leaves_nothing()
    {
        using var folder = new ScratchFolder();
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => AtomicFile.Replace(folder["no/a"], "x"u8)).Errno);
        Assert.Empty(HostDirectory.Names(folder.Path));
    }

    [Fact]
    [Requirement("CF-124")]
    public void A_mount_point_is_written_in_place()
    {
        using var folder = new ScratchFolder();
        string source = folder.File("source", "a longer old content");
        string target = folder.File("target", "");
        ChildResult mount = ChildProcess.Run("/bin/mount", ["mount", "--bind", source, target], null, TimeSpan.FromMinutes(10));
        Assert.SkipWhen(mount.ExitStatus != 0, "needs the right to mount: " + Encoding.UTF8.GetString(mount.Errors));
        try
        {
            AtomicFile.Replace(target, "new"u8);
            Assert.Equal("new", File.ReadAllText(source));
            Assert.Equal(["source", "target"], HostDirectory.Names(folder.Path));
        }
        finally
        {
            ChildProcess.Run("/bin/umount", ["umount", target], null, TimeSpan.FromMinutes(10));
        }
    }
}
