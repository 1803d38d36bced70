using System.Text;
using GpuContainers.Linux.Files;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The hook create-symlinks.</summary>
public sealed class CreateSymlinksTests : IDisposable
{
    private readonly HookContainer _container = new();

    [Theory]
    [Requirement("HK-50", "HK-52", "HK-53", "HK-54")]
    [InlineData("target::/link", "/link", "target")]
    [InlineData("target::link", "/link", "target")]
    [InlineData("../a/../b::/x/y/link", "/x/y/link", "../a/../b")]
    [InlineData("/absolute//target/::/x/link", "/x/link", "/absolute//target/")]
    [InlineData("a:::/x", "/:/x", "a")]
    [InlineData("a:b::/x:y", "/x:y", "a:b")]
    [InlineData(" ::/ ", "/ ", " ")]
    [InlineData("a::/lib/nodir/../x", "/lib/x", "a")]
    [InlineData("a::/../../lib/x", "/lib/x", "a")]
    [InlineData("a::/lib//./x", "/lib/x", "a")]
    [InlineData("a::/lib/a/", "/lib/a", "a")]
    [InlineData("a::/lib/a///", "/lib/a", "a")]
    public void Links_hold_their_target_as_given(string value, string path, string target)
    {
        _container.Succeed("create-symlinks", "--link", value);
        Assert.Equal(target, _container.Target(path));
    }

    [Theory]
    [InlineData("no separator")]
    [InlineData("a::/b::/c")]
    [InlineData("a::::/b")]
    [InlineData("::/b")]
    [InlineData("a::")]
    [InlineData("a::/")]
    [InlineData("a::///")]
    [InlineData("a::.")]
    [InlineData("a::/x/..")]
    [InlineData("a::/x/./")]
    [InlineData("::")]
    public void What_is_no_link_is_an_error_and_changes_nothing(string value)
    {
        string before = _container.Listing();
        Assert.Contains("invalid link", _container.Fail("create-symlinks", "--link", value).Errors, StringComparison.Ordinal);
        Assert.Equal(before, _container.Listing());
    }

    [Fact]
    [Requirement("HK-51")]
    public void The_first_failure_ends_the_run_and_earlier_links_stay()
    {
        _container.Fail("create-symlinks", "--link", "a::/one", "--link", "bad", "--link", "c::/three");
        Assert.Equal("a", _container.Target("/one"));
        Assert.Null(_container.Target("/three"));
    }

    [Fact]
    [Requirement("HK-51", "HK-7")]
    public void A_repeated_value_is_skipped_and_commas_split()
    {
        HookResult result = _container.Succeed("create-symlinks", "--debug", "--link", "a::/one,a::/one", "--link", "b::/two");
        Assert.Equal(2, result.Lines.Length);
        Assert.Equal(["a", "b"], new[] { "/one", "/two" }.Select(_container.Target));
    }

    [Fact]
    [Requirement("HK-133")]
    public void Names_that_are_no_text_survive()
    {
        byte[] value = [.. "t"u8, 0xff, .. "::/d"u8, 0xfe, .. "/l"u8, 0xfd];
        Assert.Equal(0, _container.RunBytes(Encoding.UTF8.GetBytes(_container.State), "create-symlinks"u8.ToArray(), "--link"u8.ToArray(), value).Status);
        // .NET cannot name such files; a program can.
        string[] found = [
            .. Enumerate("printf '%s|' $(ls -b \"$1\"/ ; ls -b \"$1\"/d*; readlink \"$1\"/d*/l*)").Split('|', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(["d\\376", "l\\375"], found[..2]);
        Assert.Equal(3, found.Length);
        _ = Enumerate("rm -r \"$1\"/*");
    }

    [Fact]
    [Requirement("HK-55", "HK-42")]
    public void Missing_folders_get_mode_0755()
    {
        _container.Succeed("create-symlinks", "--link", "a::/x/y/z");
        Assert.All(new[] { "/x", "/x/y" }, path => Assert.Equal(Convert.ToInt32("755", 8), (int)File.GetUnixFileMode(_container.At(path))));
    }

    // The folder of the link before stays open; a link that changes where a path leads has another folder than that path.
    [Fact]
    [Requirement("HK-51", "HK-55")]
    public void Links_in_turn_lie_each_in_the_folder_of_its_own_path()
    {
        _container.Folder("/old").Folder("/new").Link("/way", "old");
        string[] values = ["a::/way/one", "new::/way", "b::/way/two", "c::/old/three", "d::/way/four", "old::/way", "e::/way/five"];
        _container.Succeed(["create-symlinks", .. values.SelectMany(static value => new[] { "--link", value })]);
        Assert.Equal("a", _container.Target("/old/one"));
        Assert.Equal("b", _container.Target("/new/two"));
        Assert.Equal("c", _container.Target("/old/three"));
        Assert.Equal("d", _container.Target("/new/four"));
        Assert.Equal("e", _container.Target("/old/five"));
    }

    [Fact]
    [Requirement("HK-55")]
    public void The_folder_is_found_below_the_root()
    {
        // The link leads to a folder of the host that is not in the root: an error. With the same path in the root the link is made there.
        _container.Link("/lib/e", _container.Outside);
        _container.Fail("create-symlinks", "--link", "a::/lib/e/x");
        _container.Folder(_container.Outside);
        _container.Succeed("create-symlinks", "--link", "a::/lib/e/x");
        Assert.Equal("a", _container.Target(_container.Outside + "/x"));
        Assert.Empty(Directory.GetFileSystemEntries(_container.Outside));
    }

    [Theory]
    [Requirement("HK-55")]
    [InlineData("nowhere")]
    [InlineData("dangling")]
    [InlineData("/lib/file")]
    public void A_folder_that_is_a_dangling_link_a_loop_or_a_file_is_an_error(string target)
    {
        _container.File("/lib/file").Link("/lib/dangling", target);
        string before = _container.Listing();
        _container.Fail("create-symlinks", "--link", "a::/lib/dangling/x");
        _container.Fail("create-symlinks", "--link", "a::/lib/file/x");
        Assert.Equal(before, _container.Listing());
    }

    [Fact]
    [Requirement("HK-56", "HK-57")]
    public void What_has_the_name_is_replaced()
    {
        _container.File("/file", "text").Link("/other", "elsewhere").Link("/dangling", "nowhere").Pipe("/pipe").File("/linked", "text")
            .Link("/to-file", "linked");
        Linux.Files.HostNodes.CreateCharacterDevice(_container.At("/device"), 1, 3, FileModes.SharedFile);
        string[] names = ["/file", "/other", "/dangling", "/pipe", "/device", "/to-file"];
        _container.Succeed(["create-symlinks", .. names.SelectMany(name => new[] { "--link", "a::" + name })]);
        Assert.All(names, name => Assert.Equal("a", _container.Target(name)));
        Assert.Equal("text", _container.Read("/linked"));
        Assert.DoesNotContain(".nvct-", _container.Listing(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HK-56")]
    public void A_folder_is_not_replaced()
    {
        _container.Folder("/empty").File("/full/file");
        string before = _container.Listing();
        Assert.Contains("is a directory", _container.Fail("create-symlinks", "--link", "a::/empty").Errors, StringComparison.Ordinal);
        Assert.Contains("is a directory", _container.Fail("create-symlinks", "--link", "a::/full").Errors, StringComparison.Ordinal);
        Assert.Equal(before, _container.Listing());
    }

    // NVIDIA's toolkit reads the link by the host's view of the path, and then makes none in the container.
    [Fact]
    [Requirement("HK-58")]
    public void The_host_is_not_asked_whether_the_link_is_there()
    {
        File.CreateSymbolicLink(Path.Combine(_container.Outside, "x"), "a");
        _container.Link("/lib/e", _container.Outside).Folder(_container.Outside);
        Assert.Contains("level=info", _container.Succeed("create-symlinks", "--debug", "--link", "a::/lib/e/x").Errors, StringComparison.Ordinal);
        Assert.Equal("a", _container.Target(_container.Outside + "/x"));
    }

    [Fact]
    [Requirement("HK-59", "HK-56")]
    public void A_second_run_changes_nothing()
    {
        string[] arguments = ["create-symlinks", "--link", "a::/x/one", "--link", "b::/two"];
        _container.Succeed(arguments);
        string after = _container.Aged().Listing();
        Assert.Equal("", _container.Succeed(arguments).Errors);
        Assert.Contains("is there already", _container.Succeed([.. arguments, "--debug"]).Errors, StringComparison.Ordinal);
        Assert.Equal(after, _container.Listing());
    }

    // The temporary name does not grow with the final one.
    [Fact]
    [Requirement("HK-57")]
    public void A_name_of_255_bytes_is_possible_and_one_of_256_is_not()
    {
        _container.Succeed("create-symlinks", "--link", "a::/" + new string('x', 255));
        Assert.Contains("file name too long", _container.Fail("create-symlinks", "--link", "a::/" + new string('x', 256)).Errors, StringComparison.Ordinal);
    }

    // A name of the image must not forge a record.
    [Fact]
    [Requirement("HK-19")]
    public void Names_with_line_breaks_and_quotes_stay_on_one_line()
    {
        HookResult result = _container.Succeed("create-symlinks", "--debug", "--link", "a\"\\::/x\ntime=\"forged\" level=error msg=\u001b[31m");
        string line = Assert.Single(result.Lines);
        Assert.Contains("/x\\ntime=\\\"forged\\\" level=error msg=\\x1b[31m", line, StringComparison.Ordinal);
    }

    public void Dispose() => _container.Dispose();

    private string Enumerate(string script)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", script, "sh", _container.Root]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
