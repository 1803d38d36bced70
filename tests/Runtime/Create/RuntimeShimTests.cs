using System.Text.Json.Nodes;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create;

/// <summary>The shim as a process, from its command line to the call of the low-level runtime.</summary>
public sealed class RuntimeShimTests
{
    [Fact]
    [Requirement("RT-2", "RT-60")]
    public void Arguments_are_passed_on_as_they_are_behind_the_path_that_was_found()
    {
        using var run = new ShimRun();
        string[] odd = ["--root", "/r x", "state", "", "ü\t'\"$HOME", "--", "-x=1"];
        Assert.Equal(0, run.Run("nvidia-container-runtime", odd).Status);
        Assert.Equal([run.Scratch.At("bin/runc"), .. odd], run.Called);
    }

    [Fact]
    [Requirement("RT-4", "RT-5", "RT-6")]
    public void The_status_is_that_of_the_low_level_runtime_and_nothing_is_printed()
    {
        using var run = new ShimRun();
        Assert.Equal(new CoreProgram.Result(37, "", ""), run.Run("nvidia-container-runtime", ["state", "c1"], ("STUB_EXIT", "37")));
    }

    [Theory]
    [Requirement("RT-3", "RT-15")]
    [InlineData("run")]
    [InlineData("restore")]
    [InlineData("delete")]
    public void Other_subcommands_leave_the_bundle_alone(string verb)
    {
        using var run = new ShimRun("no json");
        Assert.Equal(0, run.Run("nvidia-container-runtime", [verb, "--bundle", run.Bundle, "c1"]).Status);
        Assert.Equal("no json", run.ConfigJson);
    }

    [Fact]
    [Requirement("RT-86", "RT-152")]
    public void Without_a_request_the_file_is_not_touched()
    {
        using var run = new ShimRun();
        DateTime before = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(run.Scratch.At("bundle/config.json"), before);
        Assert.Equal(0, run.Create().Status);
        Assert.Equal(ShimRun.Specification, run.ConfigJson);
        Assert.Equal(before, File.GetLastWriteTimeUtc(run.Scratch.At("bundle/config.json")));
    }

    [Fact]
    [Requirement("RT-1", "RT-216", "LG-76")]
    public void The_name_legacy_overrides_even_an_invalid_mode()
    {
        using var run = new ShimRun(
            config: "[nvidia-container-runtime]\nmode = \"magic\"\n[nvidia-container-runtime-hook]\npath = \"/opt/nvidia-container-runtime-hook\"\n");
        Assert.Equal(0, run.Run("nvidia-container-runtime.legacy", ["create", "--bundle", run.Bundle, "c1"]).Status);
        JsonNode hook = run.Json["hooks"]!["prestart"]![0]!;
        Assert.Equal("""{"path":"/opt/nvidia-container-runtime-hook","args":["nvidia-container-runtime-hook","prestart"]}""", hook.ToJsonString());
        Assert.Contains("\"future\": {\"a\": [1, 2.50, 1e3]}", run.ConfigJson, StringComparison.Ordinal);
    }

    // What the override changes stays in this process.
    [Fact]
    [Requirement("RT-7", "LG-62")]
    public void A_mode_override_does_not_reach_the_configuration()
    {
        const string config = "[nvidia-container-runtime]\nmode = \"cdi\"\n";
        using var run = new ShimRun(config: config);
        Assert.Equal(0, run.Run("nvidia-container-runtime.legacy", ["create", "--bundle", run.Bundle, "c1"]).Status);
        Assert.Equal(config, run.Scratch.Read("config.toml"));
    }

    [Fact]
    [Requirement("RT-215")]
    public void An_existing_hook_is_kept()
    {
        using var run = new ShimRun("""{"ociVersion":"1.0.2","hooks":{"prestart":[{"path":"/x/nvidia-container-toolkit","args":["odd"]}]}}""");
        Assert.Equal(0, run.Run("nvidia-container-runtime.legacy", ["create", "--bundle", run.Bundle, "c1"]).Status);
        Assert.Equal(["/x/nvidia-container-toolkit"], run.Json["hooks"]!["prestart"]!.AsArray().Select(h => h!["path"]!.GetValue<string>()));
    }

    [Theory]
    [Requirement("RT-150", "RT-155")]
    [InlineData("nvidia-container-runtime")]
    [InlineData("nvidia-container-runtime.cdi")]
    public void The_hook_is_removed_in_the_other_modes_and_others_stay(string name)
    {
        using var run = new ShimRun("""
            {"ociVersion":"1.0.2","hooks":{"prestart":[{"path":"/a"},{"path":"/x/nvidia-container-runtime-hook"},{"path":"/b"},{"path":"nvidia-container-toolkit"}],
             "poststart":[{"path":"/x/nvidia-container-runtime-hook"}]}}
            """);
        Assert.Equal(0, run.Run(name, ["create", "--bundle", run.Bundle, "c1"]).Status);
        Assert.Equal(["/a", "/b"], run.Json["hooks"]!["prestart"]!.AsArray().Select(h => h!["path"]!.GetValue<string>()));
        Assert.Single(run.Json["hooks"]!["poststart"]!.AsArray());
    }

    [Fact]
    [Requirement("RT-155")]
    public void A_list_of_hooks_that_becomes_empty_disappears()
    {
        using var run = new ShimRun("""{"ociVersion":"1.0.2","hooks":{"prestart":[{"path":"/x/nvidia-container-runtime-hook"}]}}""");
        Assert.Equal(0, run.Create().Status);
        Assert.Equal("""{"ociVersion":"1.0.2","hooks":{}}""", run.ConfigJson.Trim());
    }

    [Theory]
    [Requirement("RT-20", "RT-21", "RT-22", "RT-25")]
    [InlineData("--version", "state", "c1")]
    [InlineData("--version=false", "state", "c1")]
    public void The_banner_comes_first_with_an_empty_line_behind_it(params string[] arguments)
    {
        using var run = new ShimRun();
        run.Scratch.Program("bin/runc", "#!/bin/sh\necho low");
        CoreProgram.Result result = run.Run("nvidia-container-runtime", arguments);
        Assert.Matches("^NVIDIA Container Runtime version [0-9.]+\n(commit: [0-9a-f]+\n)?spec: 1.3.0\n\nlow\n$", result.Output);
    }

    [Fact]
    [Requirement("RT-12", "RT-22")]
    public void Without_a_low_level_runtime_the_banner_stands_alone()
    {
        using var run = new ShimRun(config: "[nvidia-container-runtime]\nruntimes = [\"absent-runtime\"]\n");
        CoreProgram.Result result = run.Run("nvidia-container-runtime", ["--version"]);
        Assert.Equal(1, result.Status);
        Assert.EndsWith("spec: 1.3.0\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-23", "RT-24")]
    public void The_version_flag_opens_no_log_file_and_cancels_nothing()
    {
        using var run = new ShimRun(config: "[nvidia-container-runtime]\nmode = \"legacy\"\n");
        CoreProgram.Result result = run.Create("--version", "--log", run.Scratch.At("log"));
        Assert.Equal(0, result.Status);
        Assert.StartsWith("NVIDIA Container Runtime version", result.Output, StringComparison.Ordinal);
        Assert.False(run.Scratch.Has("log"));
        Assert.NotNull(run.Json["hooks"]);
    }

    [Fact]
    [Requirement("RT-24")]
    public void A_flag_of_a_command_in_the_container_prints_nothing()
    {
        using var run = new ShimRun();
        Assert.Equal(new CoreProgram.Result(0, "", ""), run.Run("nvidia-container-runtime", ["exec", "c1", "tool", "--version"]));
    }

    // Also where the parser of TOML gives up, at 64 lists in one another.
    [Theory]
    [Requirement("RT-11")]
    [InlineData("x = [")]
    [InlineData("x = 1\nx = 2")]
    [InlineData("disable-require = 1")]
    [InlineData("x = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void A_broken_configuration_keeps_no_other_subcommand_from_running(string config)
    {
        using var run = new ShimRun(config: config);
        Assert.Contains("error loading config: ", run.Create().Errors, StringComparison.Ordinal);
        CoreProgram.Result result = run.Run("nvidia-container-runtime", ["--log", run.Scratch.At("log"), "delete", "c1"]);
        Assert.Equal(new CoreProgram.Result(0, "", ""), result);
        Assert.Contains("level=warning msg=\"error loading config: ", run.Scratch.Read("log"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CF-91")]
    public void Without_a_PATH_the_working_directory_offers_no_program()
    {
        using var run = new ShimRun();
        run.Config =
            $"[nvidia-container-runtime]\nmode = \"legacy\"\nruntimes = [\"{run.Scratch.At("bin/runc")}\"]\n[nvidia-container-runtime-hook]\npath = " +
            "\"odd-hook\"\n";
        run.Scratch.Program("odd-hook", "#!/bin/sh");
        Assert.Equal(0, run.Run("nvidia-container-runtime", ["create", "--bundle", run.Bundle, "c1"], ("PATH", "")).Status);
        Assert.Equal("/usr/bin/nvidia-container-runtime-hook", run.Json["hooks"]!["prestart"]![0]!["path"]!.GetValue<string>());
    }

    [Fact]
    [Requirement("RT-147")]
    public void An_invalid_mode_matters_for_create_alone()
    {
        using var run = new ShimRun(config: "[nvidia-container-runtime]\nmode = \"magic\"\n");
        Assert.Equal(0, run.Run("nvidia-container-runtime", ["kill", "c1"]).Status);
        Assert.Equal(1, run.Create().Status);
    }

    [Fact]
    [Requirement("RT-10")]
    public void Of_several_errors_the_first_step_decides()
    {
        using var run = new ShimRun("no json", "[nvidia-container-runtime]\nruntimes = []\nmode = \"magic\"\n");
        Assert.Contains("at least one runtime candidate", run.Create().Errors, StringComparison.Ordinal);
        run.Config = "[nvidia-container-runtime]\nmode = \"magic\"\n";
        Assert.Contains("error reading OCI specification", run.Create().Errors, StringComparison.Ordinal);
        run.Scratch.File("bundle/config.json", "{}");
        Assert.Contains("invalid mode", run.Create().Errors, StringComparison.Ordinal);
    }

    // A truncated or doubled file, such as two writers leave behind.
    [Theory]
    [Requirement("RT-276")]
    [InlineData("{\"ociVersion\":\"1.0.2\"} }")]
    [InlineData("{\"ociVersion\":\"1.0.2\"}\n{\"ociVersion\":\"1.0.2\"}")]
    [InlineData("{\"ociVersion\":\"1.0.2\"}\0")]
    public void Data_behind_the_specification_is_an_error(string content)
    {
        using var run = new ShimRun(content, "[nvidia-container-runtime]\nmode = \"legacy\"\n");
        CoreProgram.Result result = run.Create();
        Assert.Equal(1, result.Status);
        Assert.Contains("unexpected data after the specification", result.Errors, StringComparison.Ordinal);
        Assert.Equal(content, run.ConfigJson);
    }

    [Fact]
    [Requirement("RT-75")]
    public void Without_a_bundle_flag_the_working_directory_is_the_bundle()
    {
        using var run = new ShimRun(config: "[nvidia-container-runtime]\nmode = \"legacy\"\n");
        run.Scratch.File("config.json", "{}");
        Assert.Equal(0, run.Run("nvidia-container-runtime", ["create", "c1"]).Status);
        Assert.Contains("prestart", run.Scratch.Read("config.json"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-83")]
    public void An_unknown_member_is_kept_unless_the_feature_is_switched_off()
    {
        using var run = new ShimRun("""{"ociVersion":"1.0.2","futureField":1}""", "[nvidia-container-runtime]\nmode = \"legacy\"\n");
        Assert.Equal(0, run.Create().Status);
        Assert.Equal(1, run.Json["futureField"]!.GetValue<int>());
        run.Config = "[nvidia-container-runtime]\nmode = \"legacy\"\n[features]\nallow-unknown-oci-spec-fields = false\n";
        CoreProgram.Result result = run.Create();
        Assert.Equal(1, result.Status);
        Assert.Contains("error reading OCI specification: json: unknown field \\\"futureField\\\"", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_runtime_under_another_name_is_the_runtime()
    {
        using var run = new ShimRun();
        Assert.Equal(0, run.Run("nvidia-container-runtime.real", ["state", "c1"]).Status);
        Assert.Equal(["state", "c1"], run.Called[1..]);
    }
}
