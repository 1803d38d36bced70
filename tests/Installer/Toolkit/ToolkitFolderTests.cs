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
