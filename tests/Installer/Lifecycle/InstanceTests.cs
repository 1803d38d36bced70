namespace GpuContainers.Installer.Tests.Lifecycle;

/// <summary>Two instances, killed ones, signals.</summary>
public sealed class InstanceTests : IDisposable
{
    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    // .NET would take a lock of its own.
    private string ReadPidFile() => Command.Run(Checkout.MachineProgram("cat"), _node.PidFile).Succeeded().Output;

    [Fact]
    [Requirement("IN-30", "IN-31")]
    public void A_second_one_names_the_first_and_changes_nothing()
    {
        using RunningInstaller first = _node.Start();
        string pid = ReadPidFile();
        Assert.Equal($"{first.Id}\n", pid);
        CommandResult second = _node.Install("--runtime-name=other");
        Assert.Equal(1, second.Status);
        Assert.Contains($"Unable to get exclusive lock on '{_node.PidFile}'", second.Errors, StringComparison.Ordinal);
        Assert.Contains($"is already running: process {first.Id} (nvidia-ctk-inst", second.Errors, StringComparison.Ordinal);
        Assert.Contains("unable to initialize: unable to get flock on pidfile: resource temporarily unavailable", second.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Shutting Down", second.Errors, StringComparison.Ordinal);
        Assert.Equal(pid, ReadPidFile());
        Assert.DoesNotContain("other", _node.Read("etc/config"), StringComparison.Ordinal);
        Assert.Equal(0, first.End().Status);
        Assert.False(File.Exists(_node.PidFile));
    }

    [Fact]
    [Requirement("IN-31")]
    public void A_second_one_with_another_pid_file_does_not_install_into_the_same_folder()
    {
        using RunningInstaller first = _node.Start();
        CommandResult second = _node.Install("--pid-file=" + _node.At("other/toolkit.pid"));
        Assert.Equal(1, second.Status);
        Assert.Contains($"another instance of nvidia-ctk-installer, with another --pid-file, uses {_node.At("nv")}", second.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_node.At("other/toolkit.pid")));
    }

    [Fact]
    [Requirement("IN-32")]
    public void The_file_of_a_killed_one_is_no_obstacle()
    {
        using (RunningInstaller killed = _node.Start())
            killed.End("KILL");
        Assert.True(File.Exists(_node.PidFile));
        _node.Install().Succeeded();
        Assert.False(File.Exists(_node.PidFile));
    }

    [Theory]
    [Requirement("IN-135")]
    [InlineData("a link")]
    [InlineData("a link that leads nowhere")]
    [InlineData("a pipe")]
    public void A_pid_file_that_is_not_a_file_is_refused(string kind)
    {
        _node.Write("victim", "theirs");
        Directory.CreateDirectory(_node.At("run"));
        if (kind == "a pipe")
            Command.Run("mkfifo", _node.PidFile).Succeeded();
        else
            File.CreateSymbolicLink(_node.PidFile, _node.At(kind == "a link" ? "victim" : "missing"));
        CommandResult result = _node.Install();
        Assert.Equal(1, result.Status);
        Assert.Contains($"unable to initialize: unable to open the pidfile: {_node.PidFile} is a symbolic link or a special file, which is not written to; "
            + "remove it", result.Errors, StringComparison.Ordinal);
        Assert.Equal("theirs", _node.Read("victim"));
        Assert.False(Path.Exists(_node.At("missing")));
        Assert.False(Path.Exists(_node.ToolkitDir));
    }

    [Theory]
    [Requirement("IN-13", "IN-17", "IN-33", "IN-35", "IN-64", "IN-66")]
    [InlineData("HUP")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    [InlineData("TERM")]
    public void A_signal_begins_the_clean_up(string signal)
    {
        using RunningInstaller running = _node.Start();
        CommandResult result = running.End(signal);
        Assert.Equal(0, result.Status);
        Assert.Equal("{\n    \"default-runtime\": \"runc\"\n}", _node.Read("etc/config"));
        int at = 0;
        foreach (string said in (string[])
        [
            "Starting nvidia-ctk-installer", "Installing NVIDIA container toolkit to", "Starting 'setup' for nvidia-ctk-installer", "Flushing config to",
            "Completed 'setup' for nvidia-ctk-installer", "Waiting for signal", "Starting 'cleanup' for nvidia-ctk-installer",
            "Completed 'cleanup' for nvidia-ctk-installer", "Shutting Down",
        ])
        {
            at = result.Errors.IndexOf(said, at, StringComparison.Ordinal);
            Assert.True(at >= 0, $"\"{said}\" is missing, or not in its place: {result.Errors}");
        }
        Assert.Contains("Completed nvidia-ctk-installer", result.Errors, StringComparison.Ordinal);
        Assert.Equal("cleanup", TestNode.Report(result).GetProperty("phase").GetString());
        Assert.True(File.Exists(Path.Combine(_node.ToolkitDir, "nvidia-container-runtime")));
    }

    [Fact]
    [Requirement("IN-33")]
    public void A_signal_before_it_waits_ends_it_at_once()
    {
        // The engine never answers, so that the program is in the pause between two attempts.
        using RunningInstaller process = _node.Begin("--restart-mode=signal", "--socket=" + _node.At("none.sock"));
        process.Until("attempt 1/6");
        CommandResult result = process.End();
        Assert.Equal(0, result.Status);
        Assert.Contains("Signal received, exiting early", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Shutting Down", result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_node.PidFile));
        Assert.Equal("interrupted", TestNode.Report(result).GetProperty("result").GetString());
        Assert.Contains("\"nvidia\"", _node.Read("etc/config"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-34")]
    public void A_second_signal_shortens_the_clean_up_to_one_last_attempt()
    {
        using var engine = new StandInEngine(_node.At("engine.sock"), "docker");
        using RunningInstaller process = _node.Start("--restart-mode=signal", "--socket=" + _node.At("engine.sock"));
        engine.End();
        process.Signal("TERM");
        process.Until("attempt 1/6");
        CommandResult result = process.End();
        Assert.Equal(1, result.Status);
        Assert.Contains("attempt 2/6", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("attempt 3/6", result.Errors, StringComparison.Ordinal);
        Assert.Contains("unable to cleanup runtime: unable to restart docker", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-15", "IN-80")]
    public void With_nri_the_installed_low_level_runtimes_stay_and_no_daemon_wins()
    {
        _node.Install("--nvidia-container-runtime.runtimes=/opt/kept").Succeeded();
        string engine = _node.Read("etc/config");
        string[] nri = ["--enable-nri-plugin", "--nri-namespace=gpus", "--nri-socket=/no/such", "--nvidia-container-runtime.runtimes=/opt/other"];
        CommandResult result = _node.Install(nri).Succeeded();
        Assert.Contains("runtimes = [\"/opt/kept\"]", _node.Read("nv/toolkit/.config/nvidia-container-runtime/config.toml"), StringComparison.Ordinal);
        Assert.Equal(engine, _node.Read("etc/config"));
        Assert.False(TestNode.Report(result).GetProperty("nriPlugin").GetBoolean());
        // Without an installed one, the flag counts.
        Directory.Delete(_node.ToolkitDir, recursive: true);
        Assert.Contains("failed to get installed toolkit config", _node.Install(nri).Succeeded().Errors, StringComparison.Ordinal);
        Assert.Contains("runtimes = [\"/opt/other\"]", _node.Read("nv/toolkit/.config/nvidia-container-runtime/config.toml"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-2")]
    public void Help_and_version_run_no_step()
    {
        foreach (string option in (string[])["--help", "--version"])
        {
            CommandResult result = TestNode.Run(["--toolkit-package-type=none", option]).Succeeded();
            Assert.Contains("Starting nvidia-ctk-installer", result.Errors, StringComparison.Ordinal);
            Assert.Contains("Completed nvidia-ctk-installer", result.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("source root", result.Errors, StringComparison.Ordinal);
        }
    }
}
