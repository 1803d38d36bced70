using GpuContainers.Installer.Toolkit;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Installer.Tests.Toolkit;

/// <summary>The programs on the node: complete before the first one changes, and never missing.</summary>
public sealed class ToolkitFolderTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private ToolkitFolder Folder(string core = "core 1")
    {
        var folder = new ToolkitFolder(_node.ToolkitDir);
        folder.AddText("nvidia-container-runtime", core, FileModes.PublicFolder);
        folder.AddText(".config/nvidia-container-runtime/config.toml", "a = 1\n", FileModes.PublicFile);
        folder.AddLink("nvidia-cdi-hook", "nvidia-container-runtime");
        return folder;
    }

    [Fact]
    [Requirement("IN-40")]
    public void A_new_folder_holds_what_was_added_and_nothing_else()
    {
        Assert.Equal(3, Folder().Apply("nvidia-container-runtime"));
        Assert.Equal([".config", ".config/nvidia-container-runtime", ".config/nvidia-container-runtime/config.toml", "nvidia-cdi-hook",
            "nvidia-container-runtime"], _node.Tree("nv/toolkit"));
        Assert.Equal(FileModes.PublicFolder, File.GetUnixFileMode(_node.At("nv/toolkit/nvidia-container-runtime")));
        Assert.Equal("nvidia-container-runtime", File.ResolveLinkTarget(_node.At("nv/toolkit/nvidia-cdi-hook"), false)!.Name);
    }

    [Fact]
    [Requirement("IN-40")]
    public void What_is_the_same_is_not_written_again()
    {
        Folder().Apply("nvidia-container-runtime");
        using FileStream open = File.OpenRead(_node.At("nv/toolkit/nvidia-container-runtime"));
        Assert.Equal(0, Folder().Apply("nvidia-container-runtime"));
        Assert.Equal(1, Folder("core 2").Apply("nvidia-container-runtime"));
        // Whoever runs the old program goes on with it: its content did not change under it.
        using var reader = new StreamReader(open);
        Assert.Equal("core 1", reader.ReadToEnd());
        Assert.Equal("core 2", _node.Read("nv/toolkit/nvidia-container-runtime"));
    }

    [Fact]
    [Requirement("IN-40")]
    public void What_is_left_of_an_older_version_goes_and_what_is_remembered_stays()
    {
        _node.Write("nv/toolkit/libold.so", "old");
        _node.Write("nv/toolkit/sub/folder/file", "old");
        _node.Write("nv/toolkit/.config/other/file", "old");
        _node.Write("nv/toolkit/nvidia-cdi-hook/is-a-folder", "old");
        _node.Write("nv/toolkit/.state/docker.json", "{}");
        Folder().Apply("nvidia-container-runtime");
        Assert.Equal(
            [".config", ".config/nvidia-container-runtime", ".config/nvidia-container-runtime/config.toml", ".state", ".state/docker.json", "nvidia-cdi-hook",
                "nvidia-container-runtime"],
            _node.Tree("nv/toolkit"));
    }

    [Fact]
    [Requirement("IN-40")]
    public void What_a_killed_run_has_left_goes()
    {
        _node.Write("nv/toolkit/.new/.config/half", "half");
        Folder().Apply("nvidia-container-runtime");
        Assert.DoesNotContain(".new", _node.Tree("nv/toolkit"));
    }

    [Theory]
    [Requirement("IN-135")]
    [InlineData("nv/toolkit")]
    [InlineData("nv/toolkit/.config")]
    [InlineData("nv/toolkit/.config/nvidia-container-runtime")]
    [InlineData("nv/toolkit/.new")]
    [InlineData("nv/toolkit/.state")]
    public void A_folder_that_is_a_link_is_not_followed(string link)
    {
        _node.Write("elsewhere/keep", "theirs");
        Directory.CreateDirectory(Path.GetDirectoryName(_node.At(link))!);
        File.CreateSymbolicLink(_node.At(link), _node.At("elsewhere"));
        _node.Install().Succeeded();
        Assert.Equal(["keep"], _node.Tree("elsewhere"));
        Assert.Equal("core 1", _node.Read("nv/toolkit/nvidia-container-runtime"));
        Assert.Null(new FileInfo(_node.ToolkitDir).LinkTarget);
        Assert.Null(new FileInfo(_node.At("nv/toolkit/.config")).LinkTarget);
        Assert.Null(new FileInfo(_node.At("nv/toolkit/.config/nvidia-container-runtime")).LinkTarget);
        Assert.False(Path.Exists(_node.At("nv/toolkit/.state/keep")));
    }

    [Fact]
    [Requirement("IN-135")]
    public void A_link_that_leads_nowhere_is_no_obstacle()
    {
        Directory.CreateDirectory(_node.ToolkitDir);
        File.CreateSymbolicLink(_node.At("nv/toolkit/.config"), _node.At("missing"));
        _node.Install().Succeeded();
        Assert.False(Path.Exists(_node.At("missing")));
        Assert.True(File.Exists(_node.At("nv/toolkit/.config/nvidia-container-runtime/config.toml")));
    }

    [Fact]
    [Requirement("IN-135")]
    public void What_others_could_change_becomes_roots_alone()
    {
        Assert.SkipUnless(Environment.UserName == "root", "owners are set here, which only root can do");
        // What somebody laid down before the first start, equal in all but its owner.
        Folder().Apply("nvidia-container-runtime");
        _node.Write("nv/toolkit/.state/docker.json", "{\"defaultBefore\": \"theirs\"}");
        foreach (string path in (string[])["", "/nvidia-container-runtime", "/.state"])
            Command.Run("chown", "4711", _node.ToolkitDir + path).Succeeded();
        File.SetUnixFileMode(_node.ToolkitDir, FileModes.All);
        File.SetUnixFileMode(_node.At("nv/toolkit/.config"), FileModes.All);

        CommandResult result = _node.Install().Succeeded();

        Assert.Contains($"others could write {_node.ToolkitDir}; from now on only its owner can", result.Errors, StringComparison.Ordinal);
        Assert.Contains("/.config is a link that leads to no file, or a folder that others can change; it is removed", result.Errors, StringComparison.Ordinal);
        foreach (string path in _node.Tree("nv/toolkit").Select(inner => _node.At("nv/toolkit/" + inner)).Append(_node.ToolkitDir))
        {
            Assert.True(HostFile.TryStatus(path, followLinks: false, out FileStatus status));
            Assert.True(status.Uid == 0, path);
            Assert.True(status.Kind == FileKind.Link || (status.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0, path);
        }
        Assert.DoesNotContain("theirs", _node.Read("nv/toolkit/.state/docker.json"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-40")]
    public void On_a_full_disk_the_old_programs_stay()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a small file system needs root");
        Directory.CreateDirectory(_node.ToolkitDir);
        CommandResult mounted = Command.Run(Checkout.MachineProgram("mount"), "-t", "tmpfs", "-o", "size=64k", "tmpfs", _node.ToolkitDir);
        Assert.SkipWhen(mounted.Status != 0, "no file system can be mounted here: " + mounted.Errors);
        try
        {
            Folder().Apply("nvidia-container-runtime");
            string[] before = _node.Tree("nv/toolkit");
            LinuxException failure = Assert.Throws<LinuxException>(() => Folder(new string('x', 1 << 17)).Apply("nvidia-container-runtime"));
            Assert.Equal(Errno.ENOSPC, failure.Errno);
            Assert.Equal("core 1", _node.Read("nv/toolkit/nvidia-container-runtime"));
            Assert.Equal(before, _node.Tree("nv/toolkit"));
        }
        finally
        {
            Command.Run(Checkout.MachineProgram("umount"), _node.ToolkitDir);
        }
    }
}
