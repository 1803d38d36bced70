using System.Text.Json;
using System.Text.RegularExpressions;
using GpuContainers.Configuration.Model;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Runtime.Create;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create;

public sealed class ShimLogTests
{
    [Theory]
    [Requirement("RT-33", "RT-34")]
    [InlineData("info", false, "info")]
    [InlineData("WARN", false, "warning")]
    [InlineData("Warning", false, "warning")]
    [InlineData("error", false, "error")]
    [InlineData("debug", false, "debug")]
    [InlineData("Trace", false, "trace")]
    [InlineData("panic", false, "")]
    [InlineData("fatal", false, "")]
    [InlineData("trace", true, "debug")]
    [InlineData("error", true, "debug")]
    public void The_level_drops_what_is_below_it(string configured, bool debugOption, string lowest)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.At("debug");
        var log = ShimLog.Start(new RuntimeConfig { Debug = path, LogLevel = configured }, Arguments(debugOption ? ["--debug", "create"] : ["create"]));
        Log.Error("e");
        Log.Warning("w");
        Log.Info("i");
        Log.Debug($"d");
        Log.Trace($"t");
        Assert.Equal("", log.Close());
        string[] levels = [.. File.ReadAllLines(path).Select(line => Regex.Match(line, "level=([a-z]+) ").Groups[1].Value)];
        string[] all = ["error", "warning", "info", "debug", "trace"];
        Assert.Equal(all[..(Array.IndexOf(all, lowest) + 1)], levels);
    }

    [Fact]
    [Requirement("RT-33")]
    public void A_word_that_is_no_level_means_info_and_a_warning()
    {
        using var scratch = new ScratchFolder();
        ShimLog.Start(new RuntimeConfig { Debug = scratch.At("debug"), LogLevel = "loud" }, Arguments(["create"])).Close();
        Assert.Contains("level=warning msg=\"Error getting log level: invalid log-level 'loud'\"", scratch.Read("debug"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-35", "RT-43")]
    public void Every_message_goes_to_both_files_in_the_format_of_the_option()
    {
        using var scratch = new ScratchFolder();
        ShimLog log = ShimLog.Start(new RuntimeConfig { Debug = scratch.At("a") }, Arguments(["--log", scratch.At("b"), "--log-format", "json", "create"]));
        Log.Error("<x> & \"y\"");
        log.Close();
        Assert.Equal(scratch.Read("a"), scratch.Read("b"));
        Assert.StartsWith("{\"level\":\"error\",\"msg\":\"\\u003cx\\u003e \\u0026 \\\"y\\\"\",\"time\":\"", scratch.Read("a"), StringComparison.Ordinal);
        Assert.Equal("<x> & \"y\"", JsonDocument.Parse(scratch.Read("a")).RootElement.GetProperty("msg").GetString());
    }

    [Fact]
    [Requirement("RT-41", "RT-42", "RT-49")]
    public void The_text_format_has_time_level_and_message_and_no_source()
    {
        using var scratch = new ScratchFolder();
        ShimLog log = ShimLog.Start(new RuntimeConfig { Debug = scratch.At("a"), LogLevel = "trace" }, Arguments(["create"]));
        Log.Error("plain-1./@^+_");
        Log.Error("two\nlines \"q\" \\");
        log.Close();
        string[] lines = File.ReadAllLines(scratch.At("a"));
        Assert.Matches("^time=\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})\" level=error msg=plain-1./@\\^\\+_$", lines[0]);
        Assert.EndsWith("level=error msg=\"two\\nlines \\\"q\\\" \\\\\"", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    [Requirement("RT-36", "RT-40")]
    public void Files_are_appended_to_and_missing_folders_made()
    {
        using var scratch = new ScratchFolder();
        scratch.File("a", "before\n");
        ShimLog log = ShimLog.Start(new RuntimeConfig { Debug = scratch.At("a") }, Arguments(["--log", scratch.At("new/folder/b"), "state"]));
        log.Close();
        Assert.Equal("before\n", scratch.Read("a"));
        Assert.Equal("", scratch.Read("new/folder/b"));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(scratch.At("new/folder/b")));
    }

    [Fact]
    [Requirement("RT-37")]
    public void One_file_under_both_names_gets_each_message_twice()
    {
        using var scratch = new ScratchFolder();
        ShimLog log = ShimLog.Start(new RuntimeConfig { Debug = scratch.At("a") }, Arguments(["--log", scratch.At("a"), "state"]));
        Log.Info("m");
        log.Close();
        Assert.Equal(2, File.ReadAllLines(scratch.At("a")).Length);
    }

    [Fact]
    [Requirement("RT-38", "RT-39")]
    public void A_file_that_cannot_be_opened_is_no_error()
    {
        using var scratch = new ScratchFolder();
        scratch.File("file", "");
        ShimLog log = ShimLog.Start(new RuntimeConfig { Debug = scratch.At("file/below"), LogLevel = "loud" }, Arguments(["--log", scratch.At("b"), "state"]));
        log.Close();
        string[] lines = File.ReadAllLines(scratch.At("b"));
        Assert.Contains("Failed to open log file: ", lines[0], StringComparison.Ordinal);
        Assert.Contains("Error getting log level", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("RT-35")]
    [InlineData("")]
    [InlineData("/dev/null")]
    public void Two_names_mean_no_file(string name)
    {
        ShimLog log = ShimLog.Start(new RuntimeConfig { Debug = name, LogLevel = "trace" }, Arguments(["--log", name, "state"]));
        Assert.False(Log.Enabled(LogLevel.Error));
        log.Close();
    }

    [Fact]
    [Requirement("RT-47")]
    public void A_failed_close_is_reported()
    {
        using var scratch = new ScratchFolder();
        ShimLog log = ShimLog.Start(new RuntimeConfig { Debug = scratch.At("a") }, Arguments(["create"]));
        // Somebody else closes the descriptor, as far as a test can make a close fail.
        int number = Directory.GetFiles("/proc/self/fd").Select(Path.GetFileName).Select(int.Parse!)
            .First(fd => new FileInfo($"/proc/self/fd/{fd}").LinkTarget == scratch.At("a"));
        new Descriptor(number).Dispose();
        Assert.Equal("failed to reset logger: close: bad file descriptor", log.Close());
    }

    [Fact]
    [Requirement("RT-44", "RT-46", "RT-260")]
    public void The_engine_finds_the_error_in_its_own_file()
    {
        using var run = new ShimRun("no json");
        CoreProgram.Result result = run.Create("--log", run.Scratch.At("log.json"), "--log-format", "json");
        JsonElement record = JsonDocument.Parse(File.ReadAllLines(run.Scratch.At("log.json"))[^1]).RootElement;
        Assert.Equal("error", record.GetProperty("level").GetString());
        Assert.StartsWith("failed to create NVIDIA Container Runtime: failed to construct OCI spec modifier: failed to load OCI spec: ",
            record.GetProperty("msg").GetString(), StringComparison.Ordinal);
        Assert.Matches("^time=\"[^\"]+\" level=error msg=\"failed to create NVIDIA Container Runtime: .*\"\n$", result.Errors);
    }

    [Fact]
    [Requirement("RT-34", "RT-46")]
    public void Silent_levels_silence_the_file_but_not_standard_error()
    {
        using var run = new ShimRun("no json", "[nvidia-container-runtime]\nlog-level = \"panic\"\n");
        Assert.Contains("level=error", run.Create("--log", run.Scratch.At("log")).Errors, StringComparison.Ordinal);
        Assert.Equal("", run.Scratch.Read("log"));
    }

    [Fact]
    [Requirement("RT-45", "RT-260")]
    public void A_cause_of_two_lines_stays_one_record()
    {
        using var run = new ShimRun(config: "[nvidia-container-cli]\nldconfig = \"/sbin/ldconfig\"\n");
        CoreProgram.Result result = run.Create();
        Assert.Equal(1, result.Status);
        Assert.Single(result.Errors.TrimEnd('\n').Split('\n'));
        Assert.Contains("\\ninvalid config value", result.Errors, StringComparison.Ordinal);
    }

    private static ShimArguments Arguments(string[] tail) => ShimArguments.Parse(["nvidia-container-runtime", .. tail]);
}
