using System.Diagnostics;
using GpuContainers.Runtime.Prestart;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Prestart;

/// <summary>The hook as a process.</summary>
public sealed class LegacyHookProgramTests
{
    [Theory]
    [InlineData("nvidia-container-runtime-hook")]
    [InlineData("nvidia-container-toolkit")]
    public void The_hook_becomes_the_injector_under_either_name_LG_1_LG_70(string name)
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0,GPU-1");
        CoreProgram.Result result = run.Run(name, ["prestart"]);
        Assert.Equal(7, result.Status);
        Assert.Equal("from the injector\n", result.Output);
        // LG-58: the mode, then what the injector writes.
        Assert.Equal("Using requested mode 'legacy'\nand its errors\n", result.Errors);
        Assert.Equal(run.Scratch.At("bin/nvidia-container-cli"), run.Called[0]);
        Assert.Equal(
            ["--device=0,GPU-1", "--compute", "--utility", "--pid=42", run.Scratch.At("bundle/rootfs")], run.Called[^5..]);
    }

    [Fact]
    public void The_injector_keeps_the_process_LG_70()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        using Process process = run.Start();
        process.WaitForExit();
        Assert.Equal($"process {process.Id} of {Environment.ProcessId}\n", run.Scratch.Read("record.process"));
    }

    [Fact]
    public void The_environment_is_that_of_the_hook_with_the_configured_entries_LG_64_LG_71()
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
    public void A_configured_injector_gets_PATH_as_it_is_LG_63()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        run.Configure($"[nvidia-container-cli]\npath = \"{run.Scratch.At("bin/nvidia-container-cli")}\"\nroot = \"/driver\"");
        run.Prestart();
        Assert.Contains($"PATH={run.Scratch.At("bin")}:/usr/bin:/bin", run.CalledEnvironment);
        Assert.Contains("--root=/driver", run.Called);
    }

    [Theory]
    [InlineData("")]
    [InlineData("NVIDIA_VISIBLE_DEVICES=void")]
    [InlineData("entry without sign")]
    public void A_container_without_a_request_costs_no_word_LG_39_LG_73(string environment)
    {
        using var run = new HookRun(environment, "NVIDIA_MIG_CONFIG_DEVICES=all");
        run.Scratch.File("config.toml", "[nvidia-container-runtime]\nmode = \"cdi\"");
        Assert.Equal(new CoreProgram.Result(0, "", ""), run.Prestart());
        Assert.Empty(run.Called);
    }

    [Fact]
    public void Warnings_have_the_form_of_the_log_LG_24_LG_38_LG_75()
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
    [InlineData("-version")]
    [InlineData("--version=true dance")]
    [InlineData("-version prestart")]
    public void The_version_wins_over_any_command_LG_4(string arguments)
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        CoreProgram.Result result = run.Run(arguments.Split(' '));
        Assert.StartsWith("NVIDIA Container Runtime Hook version 1.", result.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (result.Status, result.Errors));
        Assert.Empty(run.Called);
    }

    [Theory]
    [InlineData("-h", 0, "")]
    [InlineData("", 2, "")]
    [InlineData("dance", 2, "")]
    [InlineData("-dance prestart", 2, "flag provided but not defined: -dance\n")]
    [InlineData("-config", 2, "flag needs an argument: -config\n")]
    public void The_usage_goes_to_standard_error_LG_5_LG_6(string arguments, int status, string complaint)
    {
        using var run = new HookRun();
        CoreProgram.Result result = run.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(new CoreProgram.Result(status, "", complaint + HookTexts.Usage), result);
    }

    [Theory]
    [InlineData("poststart")]
    [InlineData("poststop")]
    public void The_other_commands_read_nothing_LG_8(string command)
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0") { State = "nonsense" };
        run.Scratch.File("config.toml", "nonsense");
        Assert.Equal(new CoreProgram.Result(0, "", ""), run.Run([command]));
    }

    [Theory]
    [InlineData("cdi", "")]
    [InlineData("jit-cdi", "")]
    [InlineData("csv", "")]
    [InlineData("nonsense", "")]
    [InlineData("", "")]
    [InlineData("auto", "nvidia.com/gpu=0,nvidia.com/gpu=1")]
    public void Only_legacy_mode_is_served_LG_58_LG_59_LG_61(string mode, string devices)
    {
        using var run = new HookRun($"NVIDIA_VISIBLE_DEVICES={(devices.Length > 0 ? devices : "0")}");
        run.Scratch.File("config.toml", $"[nvidia-container-runtime]\nmode = \"{mode}\"");
        CoreProgram.Result result = run.Prestart();
        string first = mode == "auto" ? "Auto-detected mode as 'cdi'" : $"Using requested mode '{mode}'";
        Assert.Equal(new CoreProgram.Result(1, "", $"{first}\n{HookTexts.NotLegacyMode}\n"), result);
        Assert.Empty(run.Called);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("none")]
    [InlineData("nvidia.com/gpu=0,1")]
    public void Elsewhere_than_on_Tegra_auto_means_legacy_LG_59_LG_60(string devices)
    {
        using var run = new HookRun($"NVIDIA_VISIBLE_DEVICES={devices}");
        run.Scratch.File("config.toml", "");
        Assert.StartsWith("Auto-detected mode as 'legacy'\n", run.Prestart().Errors, StringComparison.Ordinal);
        Assert.NotEmpty(run.Called);
    }

    [Fact]
    public void The_mode_check_can_be_skipped_LG_57_LG_62()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        run.Scratch.File("config.toml", "[nvidia-container-runtime]\nmode = \"cdi\"\n[nvidia-container-runtime-hook]\nskip-mode-detection = true");
        Assert.Equal("and its errors\n", run.Prestart().Errors);
        Assert.NotEmpty(run.Called);
    }

    [Fact]
    public void The_flags_choose_file_and_debugging_LG_2_LG_10_LG_66()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        run.Scratch.File("other.toml", "[nvidia-container-cli]\nno-cgroups = true\n[nvidia-container-runtime]\nmode = \"legacy\"");
        run.Run(["-debug", "-config", run.Scratch.At("other.toml"), "prestart", "-config", "/nowhere"]);
        Assert.Contains("--no-cgroups", run.Called);
        Assert.Contains("--debug=/dev/stderr", run.Called);
    }

    [Fact]
    public void What_cannot_be_executed_is_named_with_the_cause_LG_72()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        run.Configure("[nvidia-container-cli]\npath = \"/nowhere/cli\"");
        CoreProgram.Result result = run.Prestart();
        Assert.Equal(1, result.Status);
        Assert.StartsWith("Using requested mode 'legacy'\nexec failed: no such file or directory; check that /nowhere/cli ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_follows_an_error_only_with_the_debug_flag_LG_73()
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
    public void The_first_thing_that_is_wrong_is_reported_LG_17_LG_20_LG_21_LG_74()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_MIG_MONITOR_DEVICES=0", "NVIDIA_MIG_CONFIG_DEVICES=0", "NVIDIA_DRIVER_CAPABILITIES=x", "CUDA_VERSION=x");
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
