using System.Text;
using GpuContainers.Linux.Processes;
using GpuContainers.Linux.SystemCalls;
using Microsoft.Win32.SafeHandles;

namespace GpuContainers.Linux.Tests.Processes;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan s_guard = TimeSpan.FromMinutes(10);

    private static ChildResult Shell(string script, TimeSpan? limit = null, IReadOnlyList<string>? environment = null) =>
        ChildProcess.Run("/bin/sh", ["sh", "-c", script], environment, limit ?? s_guard);

    [Fact]
    public void Both_streams_and_the_status_come_back()
    {
        ChildResult result = Shell("echo out; echo err >&2; exit 7");
        Assert.Equal((7, 0, false, "out\n", "err\n"),
            (result.ExitStatus, result.Signal, result.TimedOut, Encoding.UTF8.GetString(result.Output), Encoding.UTF8.GetString(result.Errors)));
    }

    [Fact]
    public void Much_output_on_both_streams_does_not_block() =>
        Assert.Equal(1_000_000, Shell("head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2").Output.Length);

    [Fact]
    public void A_signal_is_told() => Assert.Equal((-1, 9), (Shell("kill -9 $$").ExitStatus, Shell("kill -9 $$").Signal));

    // Nothing but a kill ends the sleepers, for whose end the call waits.
    [Theory]
    [Trait("Kind", "slow")]
    [InlineData("sleep infinity")]
    [InlineData("sleep infinity & wait")]
    [InlineData("exec >/dev/null 2>&1; sleep infinity")]
    public void After_its_time_the_child_and_its_children_are_killed(string script) => Assert.True(Shell(script, TimeSpan.FromSeconds(0.3)).TimedOut);

    [Fact]
    public void The_environment_is_exactly_what_was_given() =>
        Assert.Equal("A=1\n", Encoding.UTF8.GetString(ChildProcess.Run("/usr/bin/env", ["env"], ["A=1"], s_guard).Output));

    [Fact]
    public void Broken_pipe_signals_are_not_ignored_in_the_child()
    {
        string line = Encoding.UTF8.GetString(Shell("grep SigIgn /proc/self/status").Output);
        Assert.Equal(0ul, Convert.ToUInt64(line.Split('\t')[1].Trim(), 16) & (1 << 12));
    }

    [Fact]
    public void Descriptors_0_to_2_are_all_the_child_gets() =>
        Assert.Equal("0\n1\n2\n3\n", Encoding.UTF8.GetString(ChildProcess.Run("/bin/ls", ["ls", "/proc/self/fd"], null, s_guard).Output));

    // As an engine leaves them to us, without the flag that closes them.
    [Fact]
    public void A_descriptor_that_this_process_was_given_stays_here()
    {
        using SafeFileHandle file = File.OpenHandle("/dev/null");
        int descriptor = (int)file.DangerousGetHandle();
        Assert.Equal(0, Libc.Control(descriptor, Libc.SetDescriptorFlags, 0));
        Assert.Equal("", Encoding.UTF8.GetString(Shell($"[ ! -e /proc/self/fd/{descriptor} ] || echo {descriptor} is open").Output));
    }

    [Fact]
    public void A_missing_program_is_an_error() =>
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => ChildProcess.Run("/nonexistent", ["x"], null, s_guard)).Errno);

    [Fact]
    public void Raw_arguments_are_those_of_the_process()
    {
        Assert.Equal(File.ReadAllText("/proc/self/cmdline").TrimEnd('\0').Split('\0'), RawArguments.Arguments().Select(Encoding.UTF8.GetString));
        Assert.Contains(RawArguments.Environment(), e => e.AsSpan().StartsWith("PATH="u8));
    }
}
