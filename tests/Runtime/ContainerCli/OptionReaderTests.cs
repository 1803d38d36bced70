using GpuContainers.Runtime.ContainerCli.CommandLine;

namespace GpuContainers.Runtime.Tests.ContainerCli;

public sealed class OptionReaderTests
{
    private static readonly ListOptions Level = new("nvidia-container-cli");

    [Theory]
    [Requirement("CL-2", "CL-3")]
    [InlineData("--device=0 -b", "device=0 binaries")]
    [InlineData("--dev 0 --bin", "device=0 binaries")]
    [InlineData("-bfid2", "binaries firmwares ipcs device=2")]
    [InlineData("-d 2 x --binaries -- -b", "device=2 binaries | x -b")]
    [InlineData("--imex-channel=", "imex-channel=")]
    public void Options_are_read_as_GNU_programs_read_them(string words, string expected)
    {
        var reader = new OptionReader(Level, words.Split(' '));
        List<string> found = [];
        while (reader.Next(out string? value) is { } option)
            found.Add(option.Name + (value is null ? "" : "=" + value));
        string operands = reader.Operands.Count == 0 ? "" : " | " + string.Join(' ', reader.Operands);
        Assert.Equal(expected, string.Join(' ', found) + operands);
    }

    [Theory]
    [Requirement("CL-5")]
    [InlineData("--x", "nvidia-container-cli list: unrecognized option '--x'")]
    [InlineData("--mig=all", "nvidia-container-cli list: option '--mig=all' is ambiguous; possibilities: '--mig-config' '--mig-monitor'")]
    [InlineData("--device", "nvidia-container-cli list: option '--device' requires an argument")]
    [InlineData("--binaries=1", "nvidia-container-cli list: option '--binaries' doesn't allow an argument")]
    [InlineData("-x", "nvidia-container-cli list: invalid option -- 'x'")]
    [InlineData("-bd", "nvidia-container-cli list: option requires an argument -- 'd'")]
    public void What_is_not_understood_is_named_and_help_is_hinted_at(string word, string line)
    {
        var reader = new OptionReader(Level, [word]);
        UsageException error = Assert.Throws<UsageException>(() => ReadAll(reader));
        string hint = "Try `nvidia-container-cli list --help' or `nvidia-container-cli list --usage'\nfor more information.\n";
        Assert.Equal($"{line}\n{hint}", error.Message);
    }

    [Fact]
    [Requirement("CL-1")]
    public void The_first_operand_ends_the_global_options()
    {
        var options = GlobalOptions.Read("cli", ["-k", "--root", "/driver", "list", "--root=/other"], "");
        Assert.Equal("/driver", options.Root);
        Assert.True(options.LoadKernelModules);
        Assert.Equal(["list", "--root=/other"], options.Command);
    }

    [Fact]
    [Requirement("CT-201")]
    public void Help_fits_a_terminal_of_80_columns()
    {
        const string Program = "nvidia-container-cli";
        foreach (CliLevel level in (CliLevel[])[GlobalOptions.Read(Program, [], ""), ConfigureOptions.Read(Program, ["/c"]), Level,
            InfoOptions.Read(Program, [])])
        {
            string help = CliTexts.Help(level);
            Assert.All(help.Split('\n'), static line => Assert.InRange(line.Length, 0, 80));
            Assert.All(level.Options, option => Assert.Contains($"--{option.Name}", help, StringComparison.Ordinal));
        }
    }

    private static void ReadAll(OptionReader reader)
    {
        while (reader.Next(out _) is not null)
        {
        }
    }
}
