namespace GpuContainers.Ctk.Tests.Cdi.Generate;

/// <summary>What is refused, in which order and words.</summary>
public sealed class GenerateValidationTests
{
    // Each line has all mistakes of the lines below it, so that the order is tested too (GN-85).
    public static TheoryData<string, string> Mistakes => new()
    {
        { "--format=xml", "invalid output format: xml" },
        { "--mode=Magic", "invalid discovery mode: magic" },
        { "--device-name-strategy=index,x", "invalid device name strategy: x" },
        { "--vendor=acme/org", "invalid CDI vendor name: invalid vendor. invalid character '/' in name \"acme/org\"" },
        { "--class=a b", "invalid CDI class name: invalid class. invalid character ' ' in name \"a b\"" },
        { "--enable-hook=chmod,all", "enabling all hooks is not supported" },
        { "--driver-root=/nonexistent --mode=nvml --library-search-path=/nonexistent --device-id=x", "failed to generate CDI spec: " },
    };

    [Fact]
    [Requirement("GN-1", "GN-85")]
    public void Mistakes_are_told_in_their_order()
    {
        (string Options, string Text)[] mistakes = [.. Mistakes.Select(static row => (row.Data.Item1, row.Data.Item2))];
        for (int first = 0; first < mistakes.Length; first++)
        {
            // A later option of one name would count instead of the earlier one.
            string[] options = [.. mistakes.Skip(first).SelectMany(
                static mistake => mistake.Options.StartsWith("--class", StringComparison.Ordinal) ? [mistake.Options] : mistake.Options.Split(' '))];
            CommandResult result = CtkCli.Run(["cdi", "generate", .. options.DistinctBy(static option => option.Split('=')[0])]);
            Assert.Equal((1, ""), (result.Status, result.Output));
            Assert.Contains(mistakes[first].Text, result.Errors.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Theory]
    [Requirement("GN-60", "GN-85")]
    [InlineData("--vendor=", "invalid vendor. empty name")]
    [InlineData("--vendor=1a", "invalid vendor. \"1a\", should start with letter")]
    [InlineData("--vendor=a-", "invalid vendor. \"a-\", should end with a letter or digit")]
    [InlineData("--class=", "invalid class. empty name")]
    [InlineData("--device-name-strategy=", "invalid device name strategy: ")]
    [InlineData("--device-name-strategy=index, uuid", "invalid device name strategy:  uuid")]
    [InlineData("--no-all-device=maybe", "invalid value \"maybe\" for flag -no-all-device: parse error")]
    public void Names_have_a_grammar(string option, string text)
    {
        CommandResult result = CtkCli.Run("cdi", "generate", option);
        Assert.Equal(1, result.Status);
        Assert.Contains(text, result.Errors.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-17")]
    public void Help_shows_every_option_its_variable_and_examples()
    {
        string help = CtkCli.Run("cdi", "generate", "--help").Succeeded().Output;
        foreach (string text in (string[])[
            "--device-id ID, --device ID, --device-ids ID, --devices ID", "[$NVIDIA_CTK_CDI_GENERATE_CSV_CONTAINER_COMPAT_ROOT]", "EXAMPLES:", "--explain"])
            Assert.Contains(text, help, StringComparison.Ordinal);
    }
}
