namespace GpuContainers.Installer.Tests.Setup;

/// <summary>The engine's configuration: what is added, what is taken back, and what is left alone.</summary>
public sealed class EngineSetupTests : IDisposable
{
    private const string Containerd = """
        version = 3
        root = "/data"   # a comment of the user's
        [plugins."io.containerd.cri.v1.runtime".containerd]
          default_runtime_name = "fast"
        [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.fast]
          runtime_type = "io.containerd.fast.v2"
        [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.fast.options]
          BinaryName = "/opt/fast"
        """;

    private readonly TestNode _node = new();

    public void Dispose() => _node.Dispose();

    private string[] ContainerdOptions => ["--runtime=containerd", "--drop-in-config=" + _node.At("etc/conf.d/99-nvidia.toml")];

    [Fact]
    [Requirement("IN-68")]
    public void Docker_gets_its_default_back()
    {
        _node.Write("etc/config", """{"default-runtime": "kata", "runtimes": {"kata": {"path": "/opt/kata"}}}""");
        using RunningInstaller running = _node.Start();
        Assert.Contains("\"default-runtime\": \"nvidia\"", _node.Read("etc/config"), StringComparison.Ordinal);
        Assert.Equal(0, running.End().Status);
        Assert.Equal("""{"default-runtime": "kata", "runtimes": {"kata": {"path": "/opt/kata"}}}""", _node.Read("etc/config"));
    }

    [Fact]
    [Requirement("IN-14", "IN-68")]
    public void Docker_gets_its_default_back_after_a_run_that_was_killed()
    {
        _node.Write("etc/config", """{"default-runtime": "kata", "runtimes": {"kata": {"path": "/opt/kata"}}}""");
        using (RunningInstaller killed = _node.Start())
            killed.End("KILL");
        using RunningInstaller running = _node.Start();
        Assert.Contains("\"/opt/kata\", \"runc\", \"crun\"", _node.Read("nv/toolkit/.config/nvidia-container-runtime/config.toml"), StringComparison.Ordinal);
        running.End();
        Assert.Contains("\"default-runtime\": \"kata\"", _node.Read("etc/config"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-68")]
    public void A_default_whose_runtime_is_gone_becomes_runc()
    {
        _node.Write("etc/config", """{"default-runtime": "kata", "runtimes": {"kata": {"path": "/opt/kata"}}}""");
        using RunningInstaller running = _node.Start();
        _node.Write("etc/config", _node.Read("etc/config").Replace("\"kata\": {\"path\": \"/opt/kata\"}, ", "", StringComparison.Ordinal).Replace("\"kata\"",
            "\"other\"", StringComparison.Ordinal));
        running.End();
        Assert.Contains("\"default-runtime\": \"runc\"", _node.Read("etc/config"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-62")]
    public void Containerd_keeps_every_byte_of_its_file_but_the_import()
    {
        _node.Write("etc/config", Containerd);
        using RunningInstaller running = _node.Start(ContainerdOptions);
        Assert.Equal(Containerd.Replace("version = 3\n", $"version = 3\nimports = [\"{_node.At("etc/conf.d")}/*.toml\"]\n", StringComparison.Ordinal),
            Sorted(_node.Read("etc/config")));
        Assert.Contains("BinaryName = \"" + _node.ToolkitDir + "/nvidia-container-runtime.legacy\"", _node.Read("etc/conf.d/99-nvidia.toml"),
            StringComparison.Ordinal);
        running.End();
        Assert.False(File.Exists(_node.At("etc/conf.d/99-nvidia.toml")));
        // Undo leads to what was there before the first change, byte by byte.
        TestNode.Run(_node.Options([.. ContainerdOptions, "--undo"])).Succeeded();
        Assert.Equal(Containerd, _node.Read("etc/config"));
        Assert.False(Directory.Exists(_node.At("etc/conf.d")));
    }

    // Where the import line stands is the editor's business.
    private static string Sorted(string text)
    {
        string import = text.Split('\n').Single(line => line.StartsWith("imports", StringComparison.Ordinal));
        return text.Replace(import + "\n", "", StringComparison.Ordinal).Replace("version = 3\n", "version = 3\n" + import + "\n", StringComparison.Ordinal);
    }

    [Fact]
    public void Undo_refuses_what_somebody_else_changed()
    {
        _node.Write("etc/config", Containerd);
        _node.Install(ContainerdOptions).Succeeded();
        _node.Write("etc/config", _node.Read("etc/config") + "\n# mine\n");
        CommandResult result = TestNode.Run(_node.Options([.. ContainerdOptions, "--undo"]));
        Assert.Equal(1, result.Status);
        Assert.Contains("there is no backup that fits", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("# mine\n", _node.Read("etc/config"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-63")]
    public void The_engines_own_default_is_remembered_when_the_engine_shows_ours()
    {
        _node.Write("etc/config", Containerd);
        // Stands for "containerd config dump": the file, with the drop-in merged over it.
        ProgramFile.Write(_node.At("containerd"),
            $"#!/bin/sh\n[ -e {_node.At("etc/conf.d/99-nvidia.toml")} ] && exec cat {_node.At("etc/conf.d/99-nvidia.toml")}\ncat {_node.At("etc/config")}\n");
        string[] options = [.. ContainerdOptions, "--config-source=command", "--executable-path=" + _node.At("containerd")];
        options = [.. _node.Options("--no-daemon").Where(option => option != "--config-source=file"), .. options];
        TestNode.Run(options).Succeeded();
        string first = _node.Read("etc/conf.d/99-nvidia.toml");
        Assert.StartsWith("# default runtime before this file: \"fast\"\n", first, StringComparison.Ordinal);
        TestNode.Run(options).Succeeded();
        Assert.Equal(first, _node.Read("etc/conf.d/99-nvidia.toml"));
        Assert.Contains("runtimes = [\"/opt/fast\", \"runc\", \"crun\"]", _node.Read("nv/toolkit/.config/nvidia-container-runtime/config.toml"),
            StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-67", "IN-70")]
    public void A_drop_in_that_somebody_removed_does_not_keep_the_clean_up_from_its_end()
    {
        using RunningInstaller running = _node.Start(ContainerdOptions);
        File.Delete(_node.At("etc/conf.d/99-nvidia.toml"));
        CommandResult result = running.End();
        Assert.Equal(0, result.Status);
        Assert.Contains("Skipping restart of containerd due to --restart-mode=none", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-72")]
    public void A_failed_restart_leaves_the_new_configuration_and_the_next_start_repeats_it()
    {
        Directory.CreateDirectory(_node.At("bin"));
        ProgramFile.Write(_node.At("bin/systemctl"), $"#!/bin/sh\necho \"$*\" >> {_node.At("calls")}\n[ -e {_node.At("works")} ]\n");
        Dictionary<string, string?> path = new() { ["PATH"] = _node.At("bin") + ":/usr/bin:/bin" };
        string[] options = _node.Options("--no-daemon", "--restart-mode=systemd", "--host-root=");
        CommandResult failed = TestNode.Run(options, path);
        Assert.Equal(1, failed.Status);
        Assert.Contains("unable to setup runtime: unable to restart docker: error restarting docker using systemd: exit status 1", failed.Errors,
            StringComparison.Ordinal);
        Assert.Contains("\"nvidia\"", _node.Read("etc/config"), StringComparison.Ordinal);
        _node.Write("works", "");
        // The file is as it shall be already, but the engine does not run with it yet.
        Assert.True(TestNode.Report(TestNode.Run(options, path).Succeeded()).GetProperty("engine").GetProperty("restarted").GetBoolean());
        // Now it does: nothing is restarted when nothing changed.
        Assert.False(TestNode.Report(TestNode.Run(options, path).Succeeded()).GetProperty("engine").GetProperty("restarted").GetBoolean());
        Assert.Equal("restart docker\nrestart docker\n", _node.Read("calls"));
    }

    [Theory]
    [Requirement("IN-60", "IN-61")]
    [InlineData("registry", "unable to determine runtime options: unable to load containerd config: unsupported config source \"registry\"")]
    [InlineData("command",
        "unable to determine runtime options: unable to load containerd config: failed to run command chroot [/no/host /no/such config dump]")]
    public void A_source_that_does_not_load_ends_before_anything_is_installed(string source, string error)
    {
        CommandResult result = TestNode.Run([.. _node.Options("--no-daemon").Where(option => !option.StartsWith("--config-source", StringComparison.Ordinal)),
            .. ContainerdOptions, "--config-source=" + source, "--executable-path=/no/such", "--host-root=/no/host"]);
        Assert.Equal(1, result.Status);
        Assert.Contains(error, result.Errors.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_node.ToolkitDir));
    }

    [Fact]
    [Requirement("IN-60")]
    public void The_next_source_is_tried_when_one_does_not_load()
    {
        _node.Write("etc/config", Containerd);
        _node.Install([.. ContainerdOptions, "--config-source= command , file ", "--executable-path=/no/such"]).Succeeded();
        Assert.Contains("io.containerd.fast.v2", _node.Read("etc/conf.d/99-nvidia.toml"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-57", "IN-58")]
    public void Runtimes_inherit_from_the_untouched_source_with_our_annotations_in_front()
    {
        _node.Write("etc/config", Containerd.Replace(
            "runtime_type = \"io.containerd.fast.v2\"", "runtime_type = \"io.containerd.fast.v2\"\n  container_annotations = [\"own/*\", \"b/*\"]",
                StringComparison.Ordinal));
        _node.Install([.. ContainerdOptions, "--nvidia-container-runtime-modes.cdi.annotation-prefixes=a/,b/"]).Succeeded();
        string[] lines = _node.Read("etc/conf.d/99-nvidia.toml").Split('\n');
        Assert.Equal(3, lines.Count(static line => line.Trim() == "container_annotations = [\"a/*\", \"b/*\", \"own/*\"]"));
        Assert.Equal(4, lines.Count(static line => line.Trim() == "runtime_type = \"io.containerd.fast.v2\""));
    }

    [Fact]
    [Requirement("IN-65")]
    public void In_hook_mode_crio_gets_one_file_and_loses_it_again()
    {
        string[] options = ["--runtime=crio", "--config-mode=hook", "--hooks-dir=" + _node.At("hooks"),
            "--drop-in-config=" + _node.At("etc/crio.conf.d/99-nvidia.toml")];
        using RunningInstaller running = _node.Start(options);
        Assert.Contains($"\"path\": \"{_node.ToolkitDir}/nvidia-container-runtime-hook\"", _node.Read("hooks/oci-nvidia-hook.json"), StringComparison.Ordinal);
        CommandResult result = running.End();
        Assert.Equal(0, result.Status);
        Assert.Contains("Installing prestart hook", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Removing prestart hook", result.Errors, StringComparison.Ordinal);
        Assert.Empty(_node.Tree("hooks"));
        Assert.False(Directory.Exists(_node.At("etc")));
        // A file that somebody else removed is an error.
        using RunningInstaller again = _node.Start(options);
        File.Delete(_node.At("hooks/oci-nvidia-hook.json"));
        Assert.Equal(1, again.End().Status);
    }
}
