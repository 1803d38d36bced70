using GpuContainers.Diagnostics;

namespace GpuContainers.CommandLine.Tests;

public sealed class CommandLineProgramTests
{
    private static readonly Command s_root = new("root", "")
    {
        Commands = [new Command("silent", "") { Run = static _ => 0 }, new Command("help-me", "")],
    };

    // A full disk or a closed descriptor at standard output: what was asked for is lost, which must not look like success.
    [Theory]
    [Requirement("CT-4")]
    [InlineData("help-me", 1)]
    [InlineData("silent --nothing", 1)]
    [InlineData("", 1)]
    [InlineData("silent", 1)]
    public void Output_that_cannot_be_written_is_one_error_line(string line, int status)
    {
        var errors = new List<string>();
        using var output = new FullWriter();
        var program = new CommandLineProgram(s_root, output, bytes => errors.Add(System.Text.Encoding.UTF8.GetString(bytes)), LogFormat.Text,
            static _ => null);
        Assert.Equal(status, program.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Single(errors, static e => e.Contains("level=error msg=\"no space left\"", StringComparison.Ordinal));
        Assert.DoesNotContain(errors, static e => e.Contains("internal error", StringComparison.Ordinal));
    }

    private sealed class FullWriter : StringWriter
    {
        private bool _isBroken;

        public override void Flush()
        {
            if (!_isBroken)
            {
                _isBroken = true;
                throw new IOException("no space left");
            }
        }
    }
}
