using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Runtime.Hooks;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>How much a hook says, and where its error stands.</summary>
public sealed class HookLogTests : IDisposable
{
    private const int MostBytes = 16384;
    private readonly HookContainer _container = new();

    [Fact]
    [Requirement("SEC-21")]
    public void After_twenty_warnings_the_others_are_counted()
    {
        for (int i = 0; i < 30; i++)
            _container.File($"/etc/ld.so.conf.d/{i}.conf", new byte[(1 << 20) + 1]);
        _container.File("/etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n");
        HookResult result = _container.Run("update-ldcache");
        Assert.Equal(0, result.Status);
        Assert.Equal(21, result.Lines.Length);
        Assert.Equal(20, result.Lines.Count(static l => l.Contains("file too large", StringComparison.Ordinal)));
        Assert.Matches("msg=\"[0-9]+ more messages of this hook are left out\"$", result.Lines[^1]);
    }

    [Fact]
    [Requirement("SEC-21")]
    public void The_same_warning_is_written_once()
    {
        HookResult result = _container.Run("update-ldcache", "--folder", "", "--folder", "");
        Assert.Contains("ignoring an empty --folder", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    // Whatever the names hold: each byte of them may take several in a record.
    [Fact]
    [Requirement("SEC-21", "HK-149")]
    public void All_lines_together_fit_into_16_KiB_and_the_error_stands_first_and_last()
    {
        string[] lines = Lines(log =>
        {
            for (int i = 0; i < 40; i++)
                log.Write(LogLevel.Warning, i + new string('\u0080', 500));
            log.Write(LogLevel.Error, "cause \u0001" + new string('\u0080', 5000) + " cure");
        });
        Assert.InRange(Encoding.UTF8.GetByteCount(string.Join('\n', lines)) + 1, 1, MostBytes);
        Assert.InRange(Encoding.UTF8.GetByteCount(lines[0]), 1, 899);
        foreach (string line in (string[])[lines[0], lines[^1]])
            Assert.Matches("^time=\"[^\"]+\" level=error msg=\"cause \\\\x01.* cure\"$", line);
        Assert.Contains("more messages of this hook are left out", lines[^2], StringComparison.Ordinal);
        Assert.All(lines[1..^1], static line => Assert.Contains("level=warning", line, StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("HK-149")]
    public void An_error_alone_is_written_once()
    {
        Assert.Single(Lines(static log => log.Write(LogLevel.Error, "cause and cure")));
        Assert.Empty(Lines(static _ => { }));
    }

    [Fact]
    [Requirement("SEC-21")]
    public void A_long_name_is_cut_in_the_middle_and_no_character_is_cut_apart()
    {
        string name = "/first" + string.Concat(Enumerable.Repeat("ä€😀", 200)) + "last";
        string shown = Linux.Roots.ContainerPath.From(name).ToString();
        Assert.Matches("^/first[ä€😀]+…[ä€😀]+last$", shown);
        Assert.InRange(Encoding.UTF8.GetByteCount(shown), 180, 200);
        Assert.Equal("/short", Linux.Roots.ContainerPath.From("/short").ToString());
    }

    // Nobody reads the pipe: it takes what it has room for, and the hook ends.
    [Fact]
    [Requirement("SEC-25")]
    public void A_pipe_that_is_full_keeps_nobody_waiting()
    {
        using var scratch = new Support.ScratchFolder();
        string pipe = scratch.At("pipe");
        Nodes.MakePipe(pipe);
        using FileStream both = new(pipe, FileMode.Open, FileAccess.ReadWrite);
        byte[] filling = new byte[4096];
        using Descriptor writer = new Descriptor((int)both.SafeFileHandle.DangerousGetHandle()).Duplicate();
        while (writer.WriteLines(filling, TimeSpan.Zero))
        {
        }
        var log = new HookLog(writer);
        log.Write(LogLevel.Error, "cause and cure");
        log.End();
        Assert.False(writer.WriteLines("more\n"u8, TimeSpan.Zero));
    }

    [Fact]
    [Requirement("HK-149")]
    public void What_went_well_is_told_on_request_only()
    {
        Assert.Equal("", _container.Succeed("create-symlinks", "--link", "a::/b").Errors);
        Assert.Contains("level=info", _container.Succeed("create-symlinks", "--debug", "--link", "a::/c").Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _container.Dispose();

    private static string[] Lines(Action<HookLog> work)
    {
        using var scratch = new Support.ScratchFolder();
        using (FileStream file = File.Create(scratch.At("errors")))
        {
            var log = new HookLog(new Descriptor((int)file.SafeFileHandle.DangerousGetHandle()));
            work(log);
            log.End();
        }
        return scratch.Read("errors").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
