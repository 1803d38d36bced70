using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>
/// Rules 5 and 6 of the design: standard output belongs to the low-level runtime, and what the engine set up for it reaches it as it came. A program that
/// prints its own state stands for the low-level runtime; it is started directly, and through ours.
/// </summary>
public sealed class HandOverTests(NativeTools tools) : IClassFixture<NativeTools>
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(tools.Folder, Guid.NewGuid().ToString("N"))).FullName;

    public static TheoryData<string, string> Cases() => new()
    {
        { "default", "state" },
        { "ignore", "state" },
        { "default", "create" },
        { "ignore", "create" },
    };

    // Signal dispositions, mask, limits, nice value, umask, working directory, descriptors, arguments and environment.
    [Theory]
    [Requirement("RT-60", "RT-61", "RT-62", "RT-63")]
    [MemberData(nameof(Cases))]
    public void The_low_level_runtime_finds_the_process_as_it_came(string pipe, string verb)
    {
        string[] arguments = ["--root", "/run/x", verb, "--bundle", _folder, "an id", "trailing\ttext"];
        string direct = StateOf(tools["inspect"], pipe, arguments, out _);
        string ours = StateOf(Checkout.Program("nvidia-container-runtime"), pipe, arguments, out CommandResult result);
        // SIGPIPE is always back at its default; it is the one disposition that the .NET runtime changes (RT-62).
        Assert.Equal(WithDefaultPipe(direct), ours);
        // The comparison says something only if the launcher's settings are there to be seen.
        Assert.Contains("fd 20 /dev/zero", ours, StringComparison.Ordinal);
        Assert.Contains(" 777 ", ours, StringComparison.Ordinal);
        // Not a byte on either stream (RT-4, RT-5).
        Assert.Equal("", result.Output);
        Assert.Equal("", result.Errors);
    }

    // Arguments and variables are bytes; what is not UTF-8 is not ours to change.
    [Fact]
    [Requirement("RT-61")]
    public void Bytes_that_are_no_text_reach_the_low_level_runtime()
    {
        string launcher = Path.Combine(_folder, "odd.sh");
        string state = Path.Combine(_folder, "odd");
        ProgramFile.Write(launcher, $"#!/bin/sh\nexport ODD=$(printf 'x\\377y')\nexport INSPECT_FILE={state} NVIDIA_CTK_CONFIG_FILE_PATH={Configuration()}\n"
            + $"exec {Checkout.Program("nvidia-container-runtime")} state \"$(printf 'a\\200b')\"\n");
        Command.Run(launcher).Succeeded();
        byte[] bytes = File.ReadAllBytes(state);
        Assert.True(bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[(byte)'a', 0x80, (byte)'b']) >= 0, "the argument changed");
        Assert.True(bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[(byte)'x', 0xff, (byte)'y']) >= 0, "the variable changed");
    }

    // Signal n is bit n - 1 of the hexadecimal mask; SIGPIPE is 13. Other bits are whatever this machine's launcher ignores.
    private static string WithDefaultPipe(string state) => Regex.Replace(state, @"(?<=SigIgn:\t)[0-9a-f]+", static ignored =>
        (ulong.Parse(ignored.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & ~(1UL << 12)).ToString("x16", CultureInfo.InvariantCulture));

    private string StateOf(string program, string pipe, string[] arguments, out CommandResult result)
    {
        string file = Path.Combine(_folder, "state");
        File.WriteAllText(
            Path.Combine(_folder, "config.json"), """{"ociVersion":"1.0.2","process":{"cwd":"/","args":["x"],"env":[]},"root":{"path":"rootfs"}}""");
        Dictionary<string, string?> environment = new()
        {
            ["INSPECT_FILE"] = file,
            ["LAUNCH_SIGPIPE"] = pipe,
            ["NVIDIA_CTK_CONFIG_FILE_PATH"] = Configuration(),
        };
        result = Command.Run(tools["launch"], [program, .. arguments], environment, folder: _folder).Succeeded();
        return File.ReadAllText(file);
    }

    private string Configuration()
    {
        string path = Path.Combine(_folder, "config.toml");
        File.WriteAllText(path, $"[nvidia-container-runtime]\nruntimes = [\"{tools["inspect"]}\"]\n");
        return path;
    }
}
