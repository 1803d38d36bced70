using System.Text.RegularExpressions;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests;

/// <summary>The hooks under the name of the tools.</summary>
public sealed partial class CtkHookTests
{
    [Theory]
    [Requirement("CT-141")]
    [InlineData("bogus")]
    [InlineData("chmod")]
    [InlineData("chmod --help")]
    [InlineData("create-symlinks --bogus")]
    [InlineData("update-ldcache --folder /x extra")]
    public void A_hook_of_the_tools_is_that_of_the_hook_program(string line)
    {
        using var scratch = new ScratchFolder();
        string[] words = line.Split(' ');
        CoreProgram.Result tools = CoreProgram.Run(scratch, "nvidia-ctk", ["hook", .. words]);
        CoreProgram.Result hook = CoreProgram.Run(scratch, "nvidia-cdi-hook", words);
        Assert.Equal(WithoutTime(hook.Errors), WithoutTime(tools.Errors));
        Assert.Equal(Common(hook.Output), Common(tools.Output));
    }

    [Fact]
    [Requirement("CT-141")]
    public void Without_a_name_there_is_a_warning()
    {
        using var scratch = new ScratchFolder();
        CoreProgram.Result result = CoreProgram.Run(scratch, "nvidia-ctk", ["hook"]);
        Assert.Equal("level=warning msg=\"No CDI hook specified\"\n", WithoutTime(result.Errors));
    }

    // The names of the program and of its variables differ, and with them where a line is broken.
    private static string Common(string help) =>
        Blanks().Replace(Variables().Replace(help.Replace("nvidia-cdi-hook", "nvidia-ctk hook", StringComparison.Ordinal), ""), " ");

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex("\\s+\\[\\$[A-Z_, $\\s]+\\]")]
    private static partial Regex Variables();

    private static string WithoutTime(string log) =>
        string.Concat(log.Split('\n').Select(line => line[(line.IndexOf(" level=", StringComparison.Ordinal) + 1)..] + "\n"))[..^1];
}
