using System.Diagnostics;
using GpuContainers.Runtime.Prestart;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Prestart;

/// <summary>The hook as a process.</summary>
public sealed class LegacyHookProgramTests
{
    [Theory]
    [Requirement("LG-1", "LG-70")]
    [InlineData("nvidia-container-runtime-hook")]
    [InlineData("nvidia-container-toolkit")]
    public void The_hook_becomes_the_injector_under_either_name(string name)
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0,GPU-1");
        CoreProgram.Result result = run.Run(name, ["prestart"]);
        Assert.Equal(7, result.Status);
        Assert.Equal("from the injector\n", result.Output);
        // The mode, then what the injector writes (LG-58).
        Assert.Equal("Using requested mode 'legacy'\nand its errors\n", result.Errors);
        Assert.Equal(run.Scratch.At("bin/nvidia-container-cli"), run.Called[0]);
        Assert.Equal(
            ["--device=0,GPU-1", "--compute", "--utility", "--pid=42", run.Scratch.At("bundle/rootfs")], run.Called[^5..]);
    }

    [Fact]
    [Requirement("LG-70")]
    public void The_injector_keeps_the_process()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        using Process process = run.Start();
        process.WaitForExit();
        Assert.Equal($"process {process.Id} of {Environment.ProcessId}\n", run.Scratch.Read("record.process"));
    }

    [Fact]
    [Requirement("LG-64", "LG-71")]
    public void The_environment_is_that_of_the_hook_with_the_configured_entries()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        run.Configure("[nvidia-container-cli]\nenvironment = [\"MINE=new\", \"OTHER=two words\"]");
        run.Prestart(("MINE", "old"), ("KEPT", "1"));
        Assert.Contains("KEPT=1", run.CalledEnvironment);
        Assert.Contains("OTHER=two words", run.CalledEnvironment);
        Assert.Equal(["MINE=new"], run.CalledEnvironment.Where(entry => entry.StartsWith("MINE=", StringComparison.Ordinal)));
        Assert.Contains($"PATH={run.Scratch.At("bin")}:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin", run.CalledEnvironment);
    }

    [Fact]
    [Requirement("LG-63")]
    public void A_configured_injector_gets_PATH_as_it_is()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        run.Configure($"[nvidia-container-cli]\npath = \"{run.Scratch.At("bin/nvidia-container-cli")}\"\nroot = \"/driver\"");
        run.Prestart();
        Assert.Contains($"PATH={run.Scratch.At("bin")}:/usr/bin:/bin", run.CalledEnvironment);
        Assert.Contains("--root=/driver", run.Called);
    }

    [Fact]
    [Requirement("SEC-30")]
    public void Variables_of_the_container_choose_no_configuration_and_reach_no_program()
    {
        using var run = new HookRun();
        run.Specify(
            "NVIDIA_VISIBLE_DEVICES=0", $"NVIDIA_CTK_CONFIG_FILE_PATH={run.Scratch.At("image.toml")}", $"XDG_CONFIG_HOME={run.Scratch.At("image")}",
            "LD_PRELOAD=poc.so", "SHARED=1", "OTHER=container");
        string wrong = "[nvidia-container-cli]\nenvironment = [\"IMAGE=1\"]\n";
        run.Scratch.File("image.toml", wrong);
        run.Scratch.File("image/nvidia-container-runtime/config.toml", wrong);
        CoreProgram.Result result = run.Prestart(
            ("NVIDIA_CTK_CONFIG_FILE_PATH", run.Scratch.At("image.toml")), ("XDG_CONFIG_HOME", run.Scratch.At("image")), ("LD_PRELOAD", "poc.so"),
            ("SHARED", "1"), ("OTHER", "host"));
        Assert.Equal(7, result.Status);
        string[] names = [.. run.CalledEnvironment.Select(static entry => entry.Split('=')[0])];
        Assert.DoesNotContain("IMAGE", names);
        Assert.DoesNotContain("LD_PRELOAD", names);
        Assert.DoesNotContain("SHARED", names);
        Assert.DoesNotContain("NVIDIA_CTK_CONFIG_FILE_PATH", names);
        Assert.Contains("OTHER=host", run.CalledEnvironment);
    }

    [Fact]
    [Requirement("SEC-30", "LG-64")]
    public void A_PATH_of_the_container_finds_no_program()
    {
        using var run = new HookRun();
        run.Specify("NVIDIA_VISIBLE_DEVICES=0", $"PATH={run.Scratch.At("image")}");
        ProgramFile.Write(run.Scratch.Program("image/nvidia-container-cli", ""), $"#!/bin/sh\ntouch {run.Scratch.At("ran")}\n");
        run.Configure("[nvidia-container-cli]\nimplementation = \"external\"");
        CoreProgram.Result result = run.Prestart(("PATH", run.Scratch.At("image")));
        Assert.False(run.Scratch.Has("ran"));
        Assert.DoesNotContain(run.Scratch.At("image"), result.Errors, StringComparison.Ordinal);
        // The weapon is sharp: a PATH of the host is searched.
        run.Specify("NVIDIA_VISIBLE_DEVICES=0");
        run.Prestart(("PATH", run.Scratch.At("image") + ":/usr/bin:/bin"));
        Assert.True(run.Scratch.Has("ran"));
    }

    [Theory]
    [Requirement("LG-39", "LG-73")]
    [InlineData("")]
    [InlineData("NVIDIA_VISIBLE_DEVICES=void")]
    [InlineData("entry without sign")]
    public void A_container_without_a_request_costs_no_word(string environment)
    {
        using var run = new HookRun(environment, "NVIDIA_MIG_CONFIG_DEVICES=all");
        run.Scratch.File("config.toml", "[nvidia-container-runtime]\nmode = \"cdi\"");
        Assert.Equal(new CoreProgram.Result(0, "", ""), run.Prestart());
        Assert.Empty(run.Called);
    }

    [Fact]
    [Requirement("LG-24", "LG-38", "LG-75")]
    public void Warnings_have_the_form_of_the_log()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0", "NOISE");
        string errors = run.Prestart().Errors;
        Assert.Matches("^time=\"[^\"]+\" level=warning msg=\"Ignoring environment entry without '=': NOISE\"\n", errors);
        run.Scratch.File("config.toml", "accept-nvidia-visible-devices-envvar-when-unprivileged = false");
        CoreProgram.Result result = run.Prestart();
        Assert.Equal(0, result.Status);
        Assert.Matches("^time=\"[^\"]+\" level=warning msg=\"Ignoring devices requested by [^\"]*: \\[NVIDIA_VISIBLE_DEVICES\\]\"\n$", result.Errors);
    }

    [Theory]
    [Requirement("LG-4")]
    [InlineData("-version")]
    [InlineData("--version=true dance")]
    [InlineData("-version prestart")]
    public void The_version_wins_over_any_command(string arguments)
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        CoreProgram.Result result = run.Run(arguments.Split(' '));
        Assert.StartsWith("NVIDIA Container Runtime Hook version 1.", result.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (result.Status, result.Errors));
        Assert.Empty(run.Called);
    }

    [Theory]
    [Requirement("LG-5", "LG-6")]
    [InlineData("-h", 0, "")]
    [InlineData("", 2, "")]
    [InlineData("dance", 2, "")]
    [InlineData("-dance prestart", 2, "flag provided but not defined: -dance\n")]
    [InlineData("-config", 2, "flag needs an argument: -config\n")]
    public void The_usage_goes_to_standard_error(string arguments, int status, string complaint)
    {
        using var run = new HookRun();
        CoreProgram.Result result = run.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(new CoreProgram.Result(status, "", complaint + HookTexts.Usage), result);
    }

    [Theory]
    [Requirement("LG-8")]
    [InlineData("poststart")]
    [InlineData("poststop")]
    public void The_other_commands_read_nothing(string command)
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0") { State = "nonsense" };
        run.Scratch.File("config.toml", "nonsense");
        Assert.Equal(new CoreProgram.Result(0, "", ""), run.Run([command]));
    }

    [Theory]
    [Requirement("LG-58", "LG-59", "LG-61")]
    [InlineData("cdi", "")]
    [InlineData("jit-cdi", "")]
    [InlineData("csv", "")]
    [InlineData("nonsense", "")]
    [InlineData("", "")]
    [InlineData("auto", "nvidia.com/gpu=0,nvidia.com/gpu=1")]
    public void Only_legacy_mode_is_served(string mode, string devices)
    {
        using var run = new HookRun($"NVIDIA_VISIBLE_DEVICES={(devices.Length > 0 ? devices : "0")}");
        run.Scratch.File("config.toml", $"[nvidia-container-runtime]\nmode = \"{mode}\"");
        CoreProgram.Result result = run.Prestart();
        string first = mode == "auto" ? "Auto-detected mode as 'cdi'" : $"Using requested mode '{mode}'";
        Assert.Equal(new CoreProgram.Result(1, "", $"{first}\n{HookTexts.NotLegacyMode}\n"), result);
        Assert.Empty(run.Called);
    }

    [Theory]
    [Requirement("LG-59", "LG-60")]
    [InlineData("0")]
    [InlineData("none")]
    [InlineData("nvidia.com/gpu=0,1")]
    public void Elsewhere_than_on_Tegra_auto_means_legacy(string devices)
    {
        using var run = new HookRun($"NVIDIA_VISIBLE_DEVICES={devices}");
        run.Scratch.File("config.toml", "");
        Assert.StartsWith("Auto-detected mode as 'legacy'\n", run.Prestart().Errors, StringComparison.Ordinal);
        Assert.NotEmpty(run.Called);
    }

    [Fact]
    [Requirement("LG-57", "LG-62")]
    public void The_mode_check_can_be_skipped()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        run.Scratch.File("config.toml", "[nvidia-container-runtime]\nmode = \"cdi\"\n[nvidia-container-runtime-hook]\nskip-mode-detection = true");
        Assert.Equal("and its errors\n", run.Prestart().Errors);
        Assert.NotEmpty(run.Called);
    }

    [Fact]
    [Requirement("LG-2", "LG-10", "LG-66")]
    public void The_flags_choose_file_and_debugging()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        run.Scratch.File("other.toml", "[nvidia-container-cli]\nno-cgroups = true\n[nvidia-container-runtime]\nmode = \"legacy\"");
        run.Run(["-debug", "-config", run.Scratch.At("other.toml"), "prestart", "-config", "/nowhere"]);
        Assert.Contains("--no-cgroups", run.Called);
        Assert.Contains("--debug=/dev/stderr", run.Called);
    }

    [Fact]
    [Requirement("LG-72")]
    public void What_cannot_be_executed_is_named_with_the_cause()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        run.Configure("[nvidia-container-cli]\npath = \"/nowhere/cli\"");
        CoreProgram.Result result = run.Prestart();
        Assert.Equal(1, result.Status);
        Assert.StartsWith(
            "Using requested mode 'legacy'\nexec failed: no such file or directory; check that /nowhere/cli ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("LG-73")]
    public void A_trace_follows_an_error_only_with_the_debug_flag()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0") { State = "{" };
        CoreProgram.Result plain = run.Prestart();
        Assert.Equal(1, plain.Status);
        Assert.Single(plain.Errors.TrimEnd('\n').Split('\n'));
        string traced = run.Run(["-debug", "prestart"]).Errors;
        Assert.StartsWith(plain.Errors, traced, StringComparison.Ordinal);
        Assert.Contains("PrestartCommand.Run", traced, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("LG-17", "LG-20", "LG-21", "LG-74")]
    public void The_first_thing_that_is_wrong_is_reported()
    {
        using var run = new HookRun(
            "NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_MIG_MONITOR_DEVICES=0", "NVIDIA_MIG_CONFIG_DEVICES=0", "NVIDIA_DRIVER_CAPABILITIES=x", "CUDA_VERSION=x");
        run.Scratch.File("config.toml", "broken");
        run.State = "broken";
        Assert.StartsWith("error getting hook config: failed to load config: ", Failure(), StringComparison.Ordinal);
        run.Scratch.File("config.toml", "supported-driver-capabilities = \"x\"");
        Assert.StartsWith("error getting hook config: invalid value for supported-driver-capabilities: 'x'", Failure(), StringComparison.Ordinal);
        run.Scratch.File("config.toml", "[nvidia-container-runtime]\nmode = \"cdi\"\n[nvidia-container-cli]\npath = \"/nowhere\"");
        Assert.StartsWith("could not decode container state: ", Failure(), StringComparison.Ordinal);
        run.State = """{"bundle":"/nowhere/bundle"}""";
        Assert.StartsWith("could not open OCI spec: open /nowhere/bundle/config.json: no such file or directory", Failure(), StringComparison.Ordinal);
        run.State = $$"""{"bundle":"{{run.Scratch.At("bundle")}}"}""";
        Assert.StartsWith("cannot set MIG_CONFIG_DEVICES", Failure(), StringComparison.Ordinal);
        run.Specify("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_DRIVER_CAPABILITIES=x", "CUDA_VERSION=x");
        Assert.StartsWith("unsupported capabilities", Failure(), StringComparison.Ordinal);
        run.Specify("NVIDIA_VISIBLE_DEVICES=0", "CUDA_VERSION=x");
        Assert.StartsWith("failed to get requirements ", Failure(), StringComparison.Ordinal);
        run.Specify("NVIDIA_VISIBLE_DEVICES=0");
        Assert.StartsWith("Using requested mode 'cdi'\ninvoking ", Failure(), StringComparison.Ordinal);
        run.Configure("[nvidia-container-cli]\npath = \"/nowhere\"");
        Assert.StartsWith("Using requested mode 'legacy'\ninvalid pid 0 ", Failure(), StringComparison.Ordinal);
        run.State = $$"""{"pid":1,"bundle":"{{run.Scratch.At("bundle")}}"}""";
        Assert.StartsWith("Using requested mode 'legacy'\nexec failed: ", Failure(), StringComparison.Ordinal);

        string Failure()
        {
            CoreProgram.Result result = run.Prestart();
            Assert.Equal((1, ""), (result.Status, result.Output));
            Assert.Empty(run.Called);
            return result.Errors;
        }
    }
}
