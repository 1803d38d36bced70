using GpuContainers.Ctk.Tests.Cdi;

namespace GpuContainers.Ctk.Tests.CommandLine;

public sealed class CommandLineProgramTests
{
    [Theory]
    [Requirement("CT-1", "CT-14", "CT-17", "CT-140")]
    [InlineData("")]
    [InlineData("help")]
    [InlineData("h")]
    [InlineData("--help")]
    [InlineData("-dh")]
    [InlineData("info")]
    [InlineData("system")]
    [InlineData("system help create-device-nodes")]
    [InlineData("help system create-device-nodes")]
    [InlineData("config --help")]
    public void Help_goes_to_standard_output(string line)
    {
        CommandResult result = CtkCli.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, result.Status);
        Assert.Empty(result.Errors);
        foreach (string part in (string[])["NAME:\n", "USAGE:\n", "OPTIONS:\n", "[$NVIDIA_CTK_DEBUG]"])
            Assert.Contains(part, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-13")]
    public void The_version_has_its_own_name()
    {
        string[] lines = CtkCli.Run("--version").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^NVIDIA Container Toolkit CLI version [0-9]+\\.[0-9]+\\.[0-9]+$", lines[0]);
        Assert.True(lines.Length == 1 || (lines.Length == 2 && lines[1].StartsWith("commit: ", StringComparison.Ordinal)));
    }

    [Theory]
    [Requirement("CT-4", "CT-6", "CT-14")]
    [InlineData("bogus", "bogus")]
    [InlineData("system print-ldcache", "print-ldcache")]
    [InlineData("info x", "x")]
    public void Unknown_words_end_with_status_3(string line, string word)
    {
        CommandResult result = CtkCli.Run(line.Split(' '));
        Assert.Equal(3, result.Status);
        Assert.Equal($"No help topic for '{word}'\n", result.Errors);
        Assert.Empty(result.Output);
    }

    [Fact]
    [Requirement("CT-5", "CT-6", "CT-15")]
    public void A_wrong_flag_shows_the_help_and_the_reason_twice()
    {
        CommandResult result = CtkCli.Run("system", "create-dev-char-symlinks", "--watch");
        Assert.Equal(1, result.Status);
        Assert.StartsWith("Incorrect Usage: flag provided but not defined: -watch\n\n", result.Errors);
        Assert.Matches("time=\"[^\"]+\" level=error msg=\"flag provided but not defined: -watch\"\n$", result.Errors);
        Assert.Contains("--dev-char-path", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-1", "CT-15")]
    public void All_diagnostics_reach_a_file_in_their_order()
    {
        string file = Path.GetTempFileName();
        Command.Run(
            "/bin/sh", "-c",
            $"echo before > {file}; {AppContext.BaseDirectory}/nvidia-ctk-cli config --bogus 2>> {file}; {AppContext.BaseDirectory}/nvidia-ctk-cli bogus 2> " +
            $"{file}.2; {AppContext.BaseDirectory}/nvidia-ctk-cli config --bogus 2> {file}.3 >&2");
        Assert.StartsWith("before\nIncorrect Usage: flag provided but not defined: -bogus\n\ntime=", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal("No help topic for 'bogus'\n", File.ReadAllText(file + ".2"));
        Assert.Matches("^Incorrect Usage: .*\n\nNAME:\n(.*\n)*time=.*\n$", File.ReadAllText(file + ".3"));
        foreach (string made in (string[])[file, file + ".2", file + ".3"])
            File.Delete(made);
    }

    [Fact]
    [Requirement("CT-2", "CT-16")]
    public void A_stray_word_is_named()
    {
        CommandResult result = CtkCli.Run("system", "create-device-nodes", "oops");
        Assert.Equal(0, result.Status);
        Assert.Contains("level=warning msg=\"Ignoring the argument 'oops': system create-device-nodes takes none\"\n", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("oops", CtkCli.Run("--quiet", "system", "create-device-nodes", "oops").Errors, StringComparison.Ordinal);
    }
}
