using GpuContainers.Core.Tests.Support;

namespace GpuContainers.Core.Tests;

/// <summary>The hooks under the name of the tools.</summary>
public sealed class CtkHookTests
{
    [Theory]
    [InlineData("bogus")]
    [InlineData("chmod")]
    [InlineData("chmod --help")]
    [InlineData("create-symlinks --bogus")]
    [InlineData("update-ldcache --folder /x extra")]
    public void A_hook_of_the_tools_is_that_of_the_hook_program_CT_141(string line)
    {
        using var scratch = new ScratchFolder();
        string[] words = line.Split(' ');
        Result tools = CoreProgram.Run(scratch, "nvidia-ctk", ["hook", .. words]);
        Result hook = CoreProgram.Run(scratch, "nvidia-cdi-hook", words);
        Assert.Equal(WithoutTime(hook.Errors), WithoutTime(tools.Errors));
        Assert.Equal(hook.Output.Replace("nvidia-cdi-hook", "nvidia-ctk hook", StringComparison.Ordinal), tools.Output.Replace("nvidia-cdi-hook", "nvidia-ctk hook", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_name_there_is_a_warning_CT_141()
    {
        using var scratch = new ScratchFolder();
        Result result = CoreProgram.Run(scratch, "nvidia-ctk", ["hook"]);
        Assert.Equal("level=warning msg=\"No CDI hook specified\"\n", WithoutTime(result.Errors));
    }

    private static string WithoutTime(string log) => string.Concat(log.Split('\n').Select(line => line[(line.IndexOf(" level=", StringComparison.Ordinal) + 1)..] + "\n"))[..^1];
}
