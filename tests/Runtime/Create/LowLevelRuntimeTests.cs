using GpuContainers.Runtime.Create;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create;

public sealed class LowLevelRuntimeTests
{
    [Fact]
    [Requirement("RT-50")]
    public void The_first_candidate_that_is_there_wins()
    {
        using var scratch = new ScratchFolder();
        scratch.Program("a/low", "");
        scratch.Program("a/lower", "");
        Assert.Equal(scratch.At("a/lower"), LowLevelRuntime.Find(["absent-low", "lower", "low"], scratch.At("a")));
    }

    [Fact]
    [Requirement("RT-51")]
    public void A_path_is_used_as_given_if_it_is_a_program()
    {
        using var scratch = new ScratchFolder();
        scratch.Program("p", "");
        scratch.File("plain", "");
        Directory.CreateDirectory(scratch.At("folder"));
        File.CreateSymbolicLink(scratch.At("link"), scratch.At("p"));
        Assert.Equal(scratch.At("link"), LowLevelRuntime.Find([scratch.At("absent"), scratch.At("plain"), scratch.At("folder"), scratch.At("link")], ""));
    }

    [Fact]
    [Requirement("RT-52")]
    public void The_search_path_comes_before_the_default_directories_and_links_stay()
    {
        using var scratch = new ScratchFolder();
        scratch.Program("a/real", "");
        Directory.CreateDirectory(scratch.At("b"));
        File.CreateSymbolicLink(scratch.At("b/sh"), scratch.At("a/real"));
        scratch.File("a/sh", "not executable");
        Assert.Equal(scratch.At("b/sh"), LowLevelRuntime.Find(["sh"], $"{scratch.At("a")}:{scratch.At("b")}"));
        Assert.EndsWith("bin/sh", LowLevelRuntime.Find(["sh"], ""), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-53")]
    public void Relative_elements_start_at_the_root()
    {
        using var scratch = new ScratchFolder();
        scratch.Program("low", "");
        Assert.Equal(scratch.At("low"), LowLevelRuntime.Find(["low"], $"x::{scratch.Path[1..]}"));
    }

    [Fact]
    [Requirement("RT-54")]
    public void Names_are_literal()
    {
        using var scratch = new ScratchFolder();
        scratch.Program("low", "");
        Assert.Throws<CoreException>(() => LowLevelRuntime.Find(["lo?"], scratch.Path));
        scratch.Program("lo?", "");
        Assert.Equal(scratch.At("lo?"), LowLevelRuntime.Find(["lo?"], scratch.Path));
    }

    [Fact]
    [Requirement("RT-55")]
    public void Nothing_found_names_all_candidates()
    {
        CoreException error = Assert.Throws<CoreException>(() => LowLevelRuntime.Find(["absent-a", "/absent/b"], ""));
        Assert.StartsWith(
            "failed to create NVIDIA Container Runtime: error constructing low-level runtime: error locating runtime: no runtime binary found from " +
                "candidate list: [absent-a /absent/b]",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-56")]
    public void The_shim_itself_is_skipped_under_any_name()
    {
        using var run = new ShimRun(config: "[nvidia-container-runtime]\nruntimes = [\"self-a\", \"low-b\"]\n");
        File.CreateSymbolicLink(run.Scratch.At("bin/self-a"), CoreProgram.Path);
        run.Scratch.Program("bin/low-b", "#!/bin/sh\necho crun");
        CoreProgram.Result result = run.Run("nvidia-container-runtime", ["--log", run.Scratch.At("log"), "state", "c1"]);
        Assert.Equal("crun\n", result.Output);
        Assert.Contains("level=warning msg=\"Skipping runtime candidate", run.Scratch.Read("log"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-55", "RT-56", "RT-261")]
    public void Where_there_is_nothing_else_the_shim_says_that_it_would_call_itself()
    {
        using var run = new ShimRun(config: "[nvidia-container-runtime]\nruntimes = [\"self-a\"]\n");
        File.CreateSymbolicLink(run.Scratch.At("bin/self-a"), CoreProgram.Path);
        Assert.Contains($"candidate list: [self-a]; {run.Scratch.At("bin/self-a")} is this program itself; ", run.Create().Errors, StringComparison.Ordinal);
    }
}
