using System.Buffers.Binary;
using System.Text;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Processes;
using GpuContainers.Linux.SystemCalls;

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

    [Theory]
    [Requirement("SEC-29")]
    [InlineData("link", "link", "victim", "victim")]
    [InlineData("link", "link", "missing", "missing")]
    [InlineData("folder", "folder/file", ".", "file")]
    [InlineData("folder", "folder/victim", ".", "victim")]
    [InlineData("folder", "folder/new/file", ".", "new")]
    public void A_link_of_another_user_leads_nowhere(string link, string path, string target, string written)
    {
        Assert.SkipUnless(Environment.UserName == "root" && UserNamespace.IsInitial, "owners are set here, which only root of the machine can do");
        using var folder = new ScratchFolder();
        folder.File("real/victim", "theirs");
        File.CreateSymbolicLink(folder[link], folder["real/" + target]);
        Command.Run("chown", "--no-dereference", "4711", folder[link]).Succeeded();
        foreach (Action<string> write in (Action<string>[])[file => AtomicFile.Replace(file, "new"u8), Make])
        {
            // Where only the last name is a link, making a file replaces it.
            if (write == Make && path == link)
                continue;
            LinuxException refused = Assert.ThrowsAny<LinuxException>(() => Write(folder[path], write));
            Assert.Equal($"write {refused.Path}: the symbolic link {folder[link]} belongs to user 4711 and is not followed; remove it, or name the file it "
                + "leads to", refused.Message);
        }
        Assert.Equal("theirs", File.ReadAllText(folder["real/victim"]));
        Assert.Equal(written == "victim", Path.Exists(folder["real/" + written]));
        Assert.Equal(["victim"], HostDirectory.Names(folder["real"]));

        // One's own is followed, and so is root's.
        Command.Run("chown", "--no-dereference", "0", folder[link]).Succeeded();
        Write(folder[path], file => AtomicFile.Replace(file, "new"u8));
        Assert.True(Path.Exists(folder["real/" + written]));
    }

    private static void Make(string path) => AtomicFile.Create(path, "new"u8, FileModes.PublicFile);

    private static void Write(string path, Action<string> write)
    {
        HostDirectory.Create(Path.GetDirectoryName(path)!, FileModes.PublicFolder);
        write(path);
    }

    [Fact]
    public void A_new_file_gets_the_mode_asked_for()
    {
        using var folder = new ScratchFolder();
        AtomicFile.Replace(folder["a"], "x"u8, new ReplaceSettings { NewFileMode = FileModes.PrivateFile });
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
        LinuxException error = Assert.Throws<LinuxException>(() => AtomicFile.Replace(path, "new"u8, new ReplaceSettings { UnchangedSince = seen }));
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

    [Fact]
    [Requirement("CT-194")]
    public void Extended_attributes_and_access_lists_are_kept()
    {
        using var folder = new ScratchFolder();
        FileMetadata whole = new(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, 12, 34,
            [
                new ExtendedAttribute("user.note", [0, 255, 1]), new ExtendedAttribute("user.empty", []),
                new ExtendedAttribute("system.posix_acl_access", Grants(1234)),
            ]);
        AtomicFile.Replace(folder["a"], "old"u8, new ReplaceSettings { NewFileMetadata = whole });
        Assert.Equivalent(whole, FileMetadata.Read(folder["a"]));
        HostFile.TryStatus(folder["a"], true, out FileStatus before);
        AtomicFile.Replace(folder["a"], "new"u8);
        HostFile.TryStatus(folder["a"], true, out FileStatus after);
        Assert.NotEqual(before.Inode, after.Inode);
        Assert.Equal("new", File.ReadAllText(folder["a"]));
        Assert.Equivalent(whole, FileMetadata.Read(folder["a"]), strict: true);
    }

    [Fact]
    [Requirement("CT-194")]
    public void A_list_that_the_folder_gives_to_new_files_lets_nobody_in()
    {
        using var folder = new ScratchFolder();
        string path = folder.File("a", "old");
        Give(folder.Path, "system.posix_acl_default", Grants(1234));
        AtomicFile.Replace(path, "new"u8);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Empty(FileMetadata.Read(path)!.Attributes);
    }

    [Fact]
    [Requirement("CT-203")]
    public void In_a_folder_that_is_read_as_a_whole_only_finished_files_appear()
    {
        using var folder = new ScratchFolder();
        string path = folder.File("conf.d/a", "old");
        using var seen = new System.Collections.Concurrent.BlockingCollection<string>();
        using var watcher = new FileSystemWatcher(folder["conf.d"]);
        watcher.Created += (_, change) => seen.Add(change.Name!);
        watcher.EnableRaisingEvents = true;
        var settings = new ReplaceSettings { IsInReadFolder = true };
        AtomicFile.Replace(path, "new"u8, settings);
        AtomicFile.Replace(folder["conf.d/b"], "x"u8, settings);
        // Reported last, because it is made last.
        File.WriteAllText(folder["conf.d/end"], "");
        var names = new List<string>();
        while (names.LastOrDefault() != "end")
            names.Add(seen.Take(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(names, name => name is not ("a" or "b" or "end"));
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(["conf.d"], HostDirectory.Names(folder.Path));
    }

    // Read and write for its owner and one more user, read for the group (acl(5), linux/posix_acl_xattr.h).
    private static byte[] Grants(uint user)
    {
        byte[] list = [2, 0, 0, 0, .. Entry(1, 6, uint.MaxValue), .. Entry(2, 6, user), .. Entry(4, 4, uint.MaxValue), .. Entry(16, 6, uint.MaxValue),
            .. Entry(32, 0, uint.MaxValue)];
        return list;
        static byte[] Entry(byte tag, byte rights, uint id)
        {
            byte[] entry = [tag, 0, rights, 0, 0, 0, 0, 0];
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(4), id);
            return entry;
        }
    }

    private static unsafe void Give(string path, string attribute, byte[] value)
    {
        using Descriptor file = HostFile.Open(path, Libc.ReadOnly, 0);
        fixed (byte* name = Libc.Terminated(attribute), bytes = value)
            Assert.Equal(0, Libc.SetAttribute(file.Number, name, bytes, (nuint)value.Length, 0));
    }
}
