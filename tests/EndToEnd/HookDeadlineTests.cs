using System.Globalization;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>The end of a hook's patience. It takes a minute.</summary>
[Trait("Kind", "slow")]
public sealed class HookDeadlineTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private SimulatedHost Host => fixture.Host;

    // The prestart hook does the same work in its own process.
    [Fact]
    [Requirement("SEC-25")]
    public void A_file_system_that_does_not_answer_keeps_configure_for_a_minute_at_most()
    {
        HookRoot root = HookUse.Prepare(Host);
        root.MakeFolder("usr/local/cuda/compat");
        CommandResult result = Host.Run([NativeTool.Program("silent"), "75", $"{root.Folder}/usr/local/cuda/compat", root.StateFile,
            "nvidia-container-cli", "configure", "--no-cgroups", "--device=all", "--compute", root.Folder], TimeSpan.FromSeconds(90));
        Assert.SkipWhen(result.Status == 77, "there is no FUSE here: " + result.Errors);
        Assert.Equal("exited 1", result.Succeeded().Output.Split(" after ")[0]);
        Assert.InRange(double.Parse(result.Output.Split(" after ")[1], CultureInfo.InvariantCulture), 59, 65);
        Assert.StartsWith(
            "nvidia-container-cli: mount error: not done within 60 seconds: a file system on which the bundle, the container's files, ", result.Errors,
            StringComparison.Ordinal);
    }

    // A request that nobody answers can be given up only when the process ends, so no handler of a signal would be of use: a thread must watch.
    [Fact]
    [Requirement("HK-23")]
    public void A_file_system_that_does_not_answer_keeps_a_hook_for_a_minute_at_most()
    {
        HookRoot root = HookUse.Prepare(Host);
        root.MakeFolder("opt/silent");
        CommandResult result = Host.Run([NativeTool.Program("silent"), "75", $"{root.Folder}/opt/silent", root.StateFile, "nvidia-cdi-hook", "update-ldcache",
            "--folder", "/opt/silent"], TimeSpan.FromSeconds(90));
        Assert.SkipWhen(result.Status == 77, "there is no FUSE here: " + result.Errors);
        Assert.Equal("exited 1", result.Succeeded().Output.Split(" after ")[0]);
        Assert.InRange(double.Parse(result.Output.Split(" after ")[1], CultureInfo.InvariantCulture), 59, 65);
        Assert.Matches(
            "^time=\"[^\"]+Z\" level=error msg=\"the hook did not finish within 60 seconds: a file system used by the container does not answer[^\"]*\"\n$",
            result.Errors);
    }
}
