using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The command line of both programs.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly HookContainer _container = new();

    public static TheoryData<string, string[]> Programs() => new() { { "nvidia-cdi-hook", [] }, { "nvidia-ctk", ["hook"] } };

    // The rows of the table in 2.2 that warn (HK-1, HK-2, HK-15).
    public static TheoryData<string, string[], string> Warnings() => InBoth(
        ([], "No CDI hook specified"),
        (["frobnicate"], "Unsupported CDI hook: frobnicate"),
        (["create-soname-symlinks", "--folder", "/lib"], "Unsupported CDI hook: create-soname-symlinks"),
        (["hook-of-tomorrow", "--limit=1", "x"], "Unsupported CDI hook: hook-of-tomorrow"),
        (["--frobnicate", "chmod"], "No CDI hook specified"),
        (["--frobnicate"], "No CDI hook specified"),
        (["-"], "Unsupported CDI hook: -"),
        ([""], "Unsupported CDI hook: "),
        (["help", "frobnicate"], "Unsupported CDI hook: help"),
        (["Noop"], "Unsupported CDI hook: Noop"),
        (["create-symlink"], "Unsupported CDI hook: create-symlink"));

    public static TheoryData<string, string[], string> UsageErrors() => InBoth(
        (["noop", "--frobnicate"], "flag provided but not defined: -frobnicate"),
        (["create-symlinks", "--Link", "a::/b"], "flag provided but not defined: -Link"),
        (["create-symlinks", "--lin", "a::/b"], "flag provided but not defined: -lin"),
        (["create-symlinks", "--link"], "flag needs an argument: --link"),
        (["noop", "--version"], "flag provided but not defined: -version"),
        (["noop", "--debug=maybe"], "invalid value"));

    [Theory]
    [Requirement("HK-15")]
    [MemberData(nameof(Warnings))]
    public void A_word_that_is_no_hook_is_a_warning_and_no_failure(string program, string[] arguments, string message)
    {
        CoreProgram.Result result = CoreProgram.Run(_scratch, program, arguments);
        Assert.Equal((0, ""), (result.Status, result.Output));
        string line = Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        // One record, with time, level and text (HK-19).
        Assert.Matches("^time=\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(Z|[+-][0-9]{2}:[0-9]{2})\" level=warning msg=\"" + message + "\"$", line);
    }

    [Theory]
    [Requirement("HK-9")]
    [MemberData(nameof(UsageErrors))]
    public void A_wrong_flag_after_a_hook_is_an_error_and_shows_the_help(string program, string[] arguments, string message)
    {
        CoreProgram.Result result = CoreProgram.Run(_scratch, program, arguments);
        Assert.Equal(1, result.Status);
        Assert.StartsWith("Incorrect Usage: " + message, result.Errors, StringComparison.Ordinal);
        Assert.Contains("level=error", result.Errors.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        // Only help, version and completions go to standard output (HK-18).
        Assert.StartsWith("NAME:", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_global_switch_that_is_neither_true_nor_false_is_an_error(string program, string[] first)
    {
        CoreProgram.Result result = CoreProgram.Run(_scratch, program, [.. first, "--debug=maybe", "noop"]);
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains("level=error", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_hook_does_not_run_after_an_unknown_flag_in_front_of_it(string program, string[] first)
    {
        CoreProgram.Result result = CoreProgram.Run(_scratch, program, [.. first, "--frobnicate", "create-symlinks", "--link", "a::/b"], _container.State);
        Assert.Equal(0, result.Status);
        Assert.Null(_container.Target("/b"));
    }

    [Theory]
    [Requirement("HK-1")]
    [MemberData(nameof(Programs))]
    public void Both_programs_do_the_same_with_the_same_flags(string program, string[] first)
    {
        // What follows a hook and is not a flag is ignored (HK-5); one dash or two, "=" or not, and a value that begins with a dash (HK-6).
        string[] arguments = [
            .. first, "create-symlinks", "-d", "ignored", "-link", "-x::/one", "--link=b::/two", "also", "--link", "c::/three,d::/four", "--", "--frobnicate"];
        CoreProgram.Result result = CoreProgram.Run(_scratch, program, arguments, _container.State);
        Assert.Equal((0, ""), (result.Status, result.Output));
        // Commas split values (HK-7).
        Assert.Equal(["-x", "b", "c", "d"], new[] { "/one", "/two", "/three", "/four" }.Select(_container.Target));
        // One record for each link, and no other (HK-20).
        Assert.Equal(4, result.Errors.TrimEnd('\n').Split('\n').Count(line => line.Contains("level=info", StringComparison.Ordinal)));
        Assert.Equal(4, result.Errors.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    [Requirement("HK-6")]
    public void Two_dashes_end_the_flags_of_their_level()
    {
        Assert.Equal("", _container.Succeed("--", "noop").Errors);
        Assert.Null(_container.Succeed("create-symlinks", "--", "--link", "a::/b").Lines.FirstOrDefault());
    }

    [Fact]
    [Requirement("HK-8")]
    public void Values_are_not_trimmed_and_an_empty_one_is_one_element()
    {
        _container.Succeed("create-symlinks", "--link", " a::/ b");
        Assert.Equal(" a", _container.Target("/ b"));
        Assert.Contains("invalid link \\\"\\\"", _container.Fail("create-symlinks", "--link", "").Errors, StringComparison.Ordinal);
        Assert.Contains("invalid link \\\"\\\"", _container.Fail("create-symlinks", "--link", "a::/b,").Errors, StringComparison.Ordinal);
        // Of a flag that is not repeatable the last value counts.
        _container.File("/f");
        _container.Succeed("chmod", "--mode", "777", "--mode", "700", "--path", "/f");
        Assert.Equal(Convert.ToInt32("700", 8), (int)File.GetUnixFileMode(_container.At("/f")));
    }

    [Theory]
    [Requirement("HK-13", "HK-14")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    [InlineData("h")]
    public void Help_lists_hooks_flags_and_environment_names(string word)
    {
        HookResult result = _container.Succeed(word);
        Assert.Equal("", result.Errors);
        string[] hooks = ["update-ldcache", "create-symlinks", "chmod", "enable-cuda-compat", "disable-device-node-modification", "update-application-profile",
            "apply-cuda-memory-limits"];
        string[] others = ["--debug", "-d", "--quiet", "--help", "--version", "NVIDIA_CTK_DEBUG", "NVIDIA_CDI_DEBUG", "NVIDIA_CTK_QUIET", "NVIDIA_CDI_QUIET"];
        foreach (string text in hooks.Concat(others))
            Assert.Contains(text, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("noop", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("HK-13", "HK-14")]
    [InlineData("update-ldcache", true, "--folder", "--ldconfig-path", "/sbin/ldconfig")]
    [InlineData("chmod", true, "--mode", "--path")]
    [InlineData("create-symlinks", false, "--link")]
    [InlineData("enable-cuda-compat", false, "--host-driver-version", "--host-cuda-version", "--cuda-compat-container-root", "/usr/local/cuda/compat")]
    [InlineData("disable-device-node-modification", false, "--debug")]
    [InlineData("update-application-profile", false, "--quiet")]
    [InlineData("apply-cuda-memory-limits", false, "--driver-root", "--gpu-id")]
    [InlineData("noop", false, "--debug")]
    public void Help_of_a_hook_lists_its_flags_with_their_defaults(string hook, bool showsState, params string[] texts)
    {
        foreach (string[] arguments in (string[][])[["help", hook], ["h", hook], [hook, "--help"], [hook, "-h"]])
        {
            HookResult result = _container.Succeed(arguments);
            Assert.All(texts, text => Assert.Contains(text, result.Output, StringComparison.Ordinal));
            Assert.Equal(showsState, result.Output.Contains("--container-spec", StringComparison.Ordinal));
            Assert.Contains("NVIDIA_CDI_DEBUG", result.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [Requirement("HK-12")]
    [InlineData("--version")]
    [InlineData("-v")]
    public void The_version_is_one_line_and_maybe_a_commit(string flag) =>
        Assert.Matches("^NVIDIA CDI Hook version [0-9.]+[^\n]*\n(commit: [0-9a-f]+\n)?$", _container.Succeed(flag).Output);

    // The input is a pipe that nobody writes to; a program that read it would wait for ever.
    [Fact]
    [Requirement("HK-17")]
    public void An_unknown_hook_does_not_read_its_input()
    {
        using System.Diagnostics.Process process = CoreProgram.Start(
            _scratch, "nvidia-cdi-hook", ["frobnicate", "--container-spec", "/nowhere", "--link", "x"]);
        Assert.True(process.WaitForExit(Command.Limit));
        Assert.Equal(0, process.ExitCode);
    }

    // Nothing but 0 and 1, also where NVIDIA's toolkit passes on the status of a child.
    [Theory]
    [Requirement("HK-21")]
    [InlineData("update-ldcache", "--folder", "-x")]
    [InlineData("update-ldcache", "--ldconfig-path", "")]
    [InlineData("update-ldcache", "--folder", "relative")]
    [InlineData("chmod", "--mode", "rwx")]
    public void Every_failure_has_status_1(string hook, string flag, string value) => _container.Fail(hook, flag, value);

    public void Dispose()
    {
        _container.Dispose();
        _scratch.Dispose();
    }

    private static TheoryData<string, string[], string> InBoth(params (string[] Arguments, string Message)[] rows)
    {
        var data = new TheoryData<string, string[], string>();
        foreach ((string[] arguments, string message) in rows)
        {
            data.Add("nvidia-cdi-hook", arguments, message);
            data.Add("nvidia-ctk", ["hook", .. arguments], message);
        }
        return data;
    }
}
