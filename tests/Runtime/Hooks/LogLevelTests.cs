using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>How much the hooks say, by flags and environment.</summary>
[Requirement("HK-10", "HK-11", "HK-16")]
public sealed class LogLevelTests : IDisposable
{
    private const string Debug = "NVIDIA_CTK_DEBUG", CdiDebug = "NVIDIA_CDI_DEBUG", Quiet = "NVIDIA_CTK_QUIET", CdiQuiet = "NVIDIA_CDI_QUIET";
    private readonly ScratchFolder _scratch = new();
    private readonly HookContainer _container = new();

    public static TheoryData<string, bool> TruthValues()
    {
        var data = new TheoryData<string, bool>();
        foreach (string yes in (string[])["1", "t", "T", "true", "TRUE", "True"])
            data.Add(yes, true);
        foreach (string no in (string[])["0", "f", "F", "false", "FALSE", "False", ""])
            data.Add(no, false);
        return data;
    }

    [Theory]
    [MemberData(nameof(TruthValues))]
    public void Values_of_the_environment(string value, bool isOn)
    {
        Assert.Equal(isOn, SaysDebug(Run([], (Debug, value))));
        Assert.Equal(isOn, SaysDebug(Run([], (CdiDebug, value))));
        Assert.Equal(isOn, !SaysWarning(Run([], (Quiet, value))));
        Assert.Equal(isOn, !SaysWarning(Run([], (CdiQuiet, value))));
    }

    // Also an empty value hides the second name.
    [Theory]
    [Requirement("HK-11")]
    [InlineData("", "true", false)]
    [InlineData("false", "true", false)]
    [InlineData("true", "false", true)]
    [InlineData("true", "frobnicate", true)]
    public void The_first_name_that_is_set_counts(string first, string second, bool isOn)
    {
        string errors = Run([], (Debug, first), (CdiDebug, second));
        Assert.Equal(isOn, SaysDebug(errors));
        Assert.DoesNotContain("neither true nor false", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Debug, "maybe")]
    [InlineData(CdiDebug, " true")]
    [InlineData(Quiet, "yes")]
    [InlineData(CdiQuiet, "tRUE")]
    public void A_typo_in_the_environment_is_a_warning_and_counts_as_false(string name, string value)
    {
        CoreProgram.Result result = Start("nvidia-cdi-hook", [], (name, value));
        Assert.Equal(0, result.Status);
        Assert.Contains($"level=warning msg=\"ignoring {name}: its value \\\"{value}\\\" is neither true nor false\"", result.Errors, StringComparison.Ordinal);
        Assert.False(SaysDebug(result.Errors));
    }

    [Fact]
    public void The_toolkit_knows_only_its_own_names()
    {
        Assert.False(SaysDebug(Start("nvidia-ctk", ["hook"], (CdiDebug, "true")).Errors));
        Assert.True(SaysDebug(Start("nvidia-ctk", ["hook"], (Debug, "true")).Errors));
        Assert.True(SaysWarning(Start("nvidia-ctk", ["hook"], (CdiQuiet, "true")).Errors));
        Assert.False(SaysWarning(Start("nvidia-ctk", ["hook"], (Quiet, "true")).Errors));
        Assert.True(SaysDebug(Start("nvidia-ctk", ["--debug", "hook"]).Errors));
        Assert.True(SaysDebug(Start("nvidia-ctk", ["hook", "-d"]).Errors));
    }

    [Fact]
    public void Flags_beat_the_environment_and_quiet_beats_debug()
    {
        Assert.False(SaysDebug(Run(["--debug=false"], (Debug, "true"))));
        Assert.True(SaysWarning(Run(["--quiet=false"], (Quiet, "true"))));
        Assert.Equal("", Run(["--quiet", "--debug"]));
        Assert.Equal("", Run(["--debug"], (Quiet, "1")));
    }

    [Fact]
    [Requirement("HK-10")]
    public void Switches_may_stand_after_the_hooks_name()
    {
        Assert.True(SaysDebug(_container.RunWith(_container.State, "update-application-profile", "--debug").Errors));
        Assert.True(SaysDebug(_container.RunWith(_container.State, "update-application-profile", "-d").Errors));
        Assert.Equal("", _container.RunWith(_container.State, "update-ldcache", "--folder", "", "--quiet").Errors);
    }

    // NVIDIA's toolkit speaks in the second case.
    [Theory]
    [Requirement("HK-16")]
    [InlineData("--quiet", "frobnicate")]
    [InlineData("--quiet", "frobnicate", "--unknown")]
    [InlineData("frobnicate", "--quiet")]
    [InlineData("frobnicate", "--unknown", "--quiet")]
    [InlineData("--quiet", "--unknown")]
    public void Quiet_is_honoured_for_unknown_hooks_too(params string[] arguments)
    {
        HookResult result = _container.Run(arguments);
        Assert.Equal((0, "", ""), (result.Status, result.Output, result.Errors));
    }

    public void Dispose()
    {
        _container.Dispose();
        _scratch.Dispose();
    }

    private static bool SaysDebug(string errors) => errors.Contains("level=debug", StringComparison.Ordinal);

    private static bool SaysWarning(string errors) => errors.Contains("ignoring an empty --folder", StringComparison.Ordinal);

    private string Run(string[] first, params (string Name, string Value)[] environment)
    {
        CoreProgram.Result result = Start("nvidia-cdi-hook", first, environment);
        Assert.Equal(0, result.Status);
        return result.Errors;
    }

    // Two runs, one of which has something to say at debug level, the other a warning.
    private CoreProgram.Result Start(string program, string[] first, params (string Name, string Value)[] environment)
    {
        CoreProgram.Result profile = CoreProgram.Run(_scratch, program, [.. first, "update-application-profile"], _container.State, environment);
        CoreProgram.Result cache = CoreProgram.Run(_scratch, program, [.. first, "update-ldcache", "--folder", ""], _container.State, environment);
        return new CoreProgram.Result(profile.Status | cache.Status, profile.Output + cache.Output, profile.Errors + cache.Errors);
    }
}
