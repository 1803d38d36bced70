namespace GpuContainers.Installer.Tests.Restart;

/// <summary>The signal to the process behind the engine's socket.</summary>
public sealed class SignalRestartTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    [Theory]
    [Requirement("IN-73", "IN-78")]
    [InlineData("docker", "asked GET /info HTTP/1.0")]
    [InlineData("containerd", null)]
    public void The_engine_is_asked_and_signalled(string kind, string? asked)
    {
        using var engine = new StandInEngine(_node.At("engine.sock"), kind);
        CommandResult result = _node.Install("--runtime=" + kind, "--drop-in-config=" + (kind == "docker" ? "" : _node.At("etc/conf.d/99-nvidia.toml")),
            "--restart-mode=signal", "--socket=" + _node.At("engine.sock")).Succeeded();
        if (asked is not null)
            Assert.Equal(asked, engine.Next());
        Assert.Equal("SIGHUP", engine.Next());
        Assert.Contains($"Sending SIGHUP signal to {kind}", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"Successfully signaled {kind}", result.Errors, StringComparison.Ordinal);
        Assert.True(TestNode.Report(result).GetProperty("engine").GetProperty("restarted").GetBoolean());
    }

    [Fact]
    [Requirement("IN-72", "IN-74")]
    [Trait("Kind", "slow")]
    public void An_engine_that_never_comes_back_is_an_error_and_the_next_start_repeats_it()
    {
        string[] options = ["--restart-mode=signal", "--socket=" + _node.At("engine.sock")];
        CommandResult result = _node.Install(options);
        Assert.Equal(1, result.Status);
        Assert.Contains("attempt 6/6: dial unix", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Max retries reached 6/6, aborting", result.Errors, StringComparison.Ordinal);
        Assert.Contains("unable to setup runtime: unable to restart docker: unable to signal docker: dial unix", result.Errors, StringComparison.Ordinal);
        Assert.Contains("\"nvidia\"", _node.Read("etc/config"), StringComparison.Ordinal);
        using var engine = new StandInEngine(_node.At("engine.sock"), "docker");
        Assert.True(TestNode.Report(_node.Install(options).Succeeded()).GetProperty("engine").GetProperty("restarted").GetBoolean());
    }
}
