using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>Which glibc the programs need: they run on hosts that people set up years before they were built.</summary>
public sealed partial class GlibcTests
{
    private static readonly Version s_oldest = new(2, 28);

    [Theory]
    [InlineData("bin/nvidia-container-runtime")]
    [InlineData("bin/nvidia-ctk-cli")]
    [InlineData("bin/nvidia-ctk-installer")]
    [InlineData("simulator/gpu-host-simulator")]
    [InlineData("simulator/libnvidia-ml.so.1")]
    [Requirement("IN-124")]
    public void Nothing_newer_than_glibc_2_28_is_asked_for(string program)
    {
        Assert.All(Needed(Built(program)), static version => Assert.InRange(version, new Version(2, 0), s_oldest));
    }

    // A check that finds no versions at all would accept everything.
    [Theory]
    [InlineData("bin/nvidia-ctk-cli")]
    [InlineData("bin/nvidia-ctk-installer")]
    [InlineData("simulator/libnvidia-ml.so.1")]
    public void The_versions_of_dynamic_programs_are_seen(string program) => Assert.NotEmpty(Needed(Built(program)));

    // The oldest C library that Debian still has beside ours; constructors, threads and floating point all differ from today's.
    [Theory]
    [InlineData("nvidia-ctk-cli", "config", "default")]
    [InlineData("nvidia-ctk-cli", "--version")]
    [InlineData("nvidia-ctk-installer", "--version")]
    [Requirement("IN-124")]
    public void The_programs_run_under_the_glibc_of_Debian_11(string program, params string[] arguments)
    {
        string ours = Checkout.Program(program);
        string folder = OldGlibc();
        string loader = Directory.GetFiles(folder, "ld-linux*").Single();
        CommandResult old = Command.Run(loader, ["--library-path", folder, ours, .. arguments]).Succeeded();
        Assert.Equal(Command.Run(ours, arguments).Succeeded().Output, old.Output);
        Assert.NotEmpty(old.Output);
    }

    [Fact]
    [Requirement("IN-124")]
    public void Specifications_are_generated_under_the_glibc_of_Debian_11()
    {
        string folder = OldGlibc();
        string loader = Directory.GetFiles(folder, "ld-linux*").Single();
        using SimulatedHost host = SimulatedHost.Start("h200x2");
        string spec = host.Run(loader, "--library-path", folder, "/usr/bin/nvidia-ctk-cli", "cdi", "generate").Succeeded().Output;
        Assert.Contains("/dev/nvidia1", spec, StringComparison.Ordinal);
    }

    private static string Built(string path)
    {
        string file = Checkout.At("artifacts", path);
        Assert.SkipUnless(File.Exists(file), $"{file} is not there: run make build simulator");
        return file;
    }

    private static string OldGlibc()
    {
        string lib = Checkout.At("artifacts", "debian", "glibc-2.31", "lib");
        Assert.SkipUnless(Directory.Exists(lib), $"{lib} is not there: run make engines");
        return Directory.GetDirectories(lib, "*-linux-gnu").Single();
    }

    private static List<Version> Needed(string file) =>
        [.. SymbolVersion().Matches(Command.Run(Checkout.MachineProgram("readelf"), "--wide", "--version-info", file).Succeeded().Output)
            .Select(static match => Version.Parse(match.Groups[1].Value)).Distinct()];

    [GeneratedRegex(@"Name: GLIBC_([0-9.]+)")]
    private static partial Regex SymbolVersion();
}
