namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The hook chmod.</summary>
public sealed class ChmodTests : IDisposable
{
    private readonly HookContainer _container = new();

    [Theory]
    [Requirement("HK-121")]
    [InlineData("755", "755")]
    [InlineData("0700", "700")]
    [InlineData("4755", "755")]
    [InlineData("7777", "777")]
    [InlineData("0", "0")]
    [InlineData("37777777644", "644")]
    public void The_low_nine_bits_are_set(string mode, string expected)
    {
        _container.File("/f").Folder("/d");
        _container.Succeed("chmod", "--mode", mode, "--path", "/f", "--path", "/d");
        Assert.Equal([Octal(expected), Octal(expected)], new[] { ModeOf("/f"), ModeOf("/d") });
    }

    [Theory]
    [Requirement("HK-120")]
    [InlineData("")]
    [InlineData("+755")]
    [InlineData(" 755")]
    [InlineData("0o755")]
    [InlineData("-755")]
    [InlineData("788")]
    [InlineData("u=rwx")]
    [InlineData("40000000000")]
    public void A_mode_that_is_none_is_an_error_before_the_state_is_read(string mode)
    {
        HookResult result = _container.RunWith("no state", "chmod", "--mode", mode, "--path", "/f");
        Assert.Equal(1, result.Status);
        Assert.Contains("mode", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("HK-120", "HK-123")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t\n")]
    [InlineData("/f,")]
    [InlineData("/x/../f")]
    [InlineData("..")]
    public void A_path_that_is_empty_blank_or_climbs_is_an_error_before_the_state_is_read(string path)
    {
        HookResult result = _container.RunWith("no state", "chmod", "--mode", "755", "--path", path);
        Assert.Equal(1, result.Status);
        Assert.Contains("path", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HK-121")]
    public void Missing_paths_and_those_that_have_the_mode_are_skipped()
    {
        _container.File("/f");
        Assert.Contains("skipping /missing", _container.Succeed("chmod", "--mode", "600", "--path", "/missing,/f", "--debug").Errors, StringComparison.Ordinal);
        Assert.Equal(Octal("600"), ModeOf("/f"));
        Assert.Equal("", _container.Succeed("chmod", "--mode", "600", "--path", "/missing").Errors);
        Assert.Equal("", _container.Succeed("chmod", "--mode", "600").Errors);
    }

    // NVIDIA's toolkit joins texts, so that these lead to the host.
    [Fact]
    [Requirement("HK-123")]
    public void Links_are_followed_below_the_root()
    {
        string secret = Path.Combine(_container.Outside, "secret");
        File.WriteAllText(secret, "");
        File.SetUnixFileMode(secret, (UnixFileMode)Octal("600"));
        _container.Link("/absolute", secret).Link("/relative", "../../outside/secret").Link("/folder", _container.Outside);
        _container.Succeed("chmod", "--mode", "777", "--path", "/absolute,/relative,/folder/secret");
        Assert.Equal(Octal("600"), (int)File.GetUnixFileMode(secret));
        _container.File(secret);
        _container.Succeed("chmod", "--mode", "777", "--path", "/absolute");
        Assert.Equal([Octal("600"), Octal("777")], new[] { (int)File.GetUnixFileMode(secret), ModeOf(secret) });
    }

    // In a root that cannot be written; what the engine made in memory for /dev can.
    [Fact]
    [Requirement("HK-122", "HK-148")]
    public void Every_path_is_tried_before_a_failure_ends_the_hook()
    {
        const string mounts = "mount -t tmpfs tmpfs $ROOT && mkdir $ROOT/dev && touch $ROOT/x && mount -o remount,ro $ROOT && mount -t tmpfs tmpfs $ROOT/dev"
            + " && touch $ROOT/dev/f";
        HookResult result = InMountNamespace.RunThen(
            _container, mounts, "stat -c %a $ROOT/dev/f", "chmod", "--mode", "700", "--path", "/x", "--path", "/dev/f");
        Assert.Equal(1, result.Status);
        Assert.Contains("cannot change the mode of /x: read-only file system", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Equal("700\n", result.Output);
    }

    [Fact]
    [Requirement("HK-122")]
    public void What_may_not_be_changed_is_ignored_with_a_debug_record()
    {
        _container.File("/f").File("/other");
        HookResult result = InMountNamespace.Run(_container, "chown 1000 $ROOT/other && set -- setpriv --bounding-set -fowner \"$@\"",
            "chmod", "--mode", "777", "--path", "/other,/f", "--debug");
        Assert.Equal(0, result.Status);
        Assert.Contains("ignoring that the mode", result.Errors, StringComparison.Ordinal);
        Assert.Equal(Octal("777"), ModeOf("/f"));
    }

    [Fact]
    [Requirement("HK-147", "HK-148")]
    public void A_volume_is_left_with_a_warning()
    {
        _container.Folder("/data").File("/f");
        HookResult result = InMountNamespace.RunThen(_container, "mount -t tmpfs tmpfs $ROOT/data && touch $ROOT/data/x && chmod 600 $ROOT/data/x",
            "stat -c %a $ROOT/data/x", "chmod", "--mode", "777", "--path", "/data/x,/data,/f");
        Assert.Equal((0, "600\n"), (result.Status, result.Output));
        Assert.Contains("leaving /data/x", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Equal(Octal("777"), ModeOf("/f"));
    }

    public void Dispose() => _container.Dispose();

    private static int Octal(string text) => Convert.ToInt32(text, 8);

    private int ModeOf(string path) => (int)File.GetUnixFileMode(_container.At(path));
}
