using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create;

/// <summary>How the hook programs find the container's root, by one hook that makes a link in it.</summary>
public sealed class ContainerRootTests
{
    [Theory]
    [Requirement("RT-90", "RT-92", "RT-93", "RT-94")]
    [InlineData("""{"bundle":"B"} trailing""", """{"root":{"path":"rootfs"},"process":7}""", "bundle/rootfs")]
    [InlineData("""{"bundle":"B"}""", """{"root":{"path":"S/elsewhere"}}""", "elsewhere")]
    [InlineData("""{"bundle":"B","root":"S/elsewhere","annotations":7}""", null, "elsewhere")]
    [InlineData("""{"bundle":"B","root":"rootfs"}""", null, "bundle/rootfs")]
    public void The_root_is_that_of_the_state_or_of_the_specification(string state, string? specification, string expected)
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.At("bundle/rootfs"));
        Directory.CreateDirectory(scratch.At("elsewhere"));
        if (specification is not null)
            scratch.File("bundle/config.json", Filled(specification, scratch));
        string file = scratch.File("state.json", Filled(state, scratch));
        // From standard input, and from a file.
        CoreProgram.Result piped = CoreProgram.Run(scratch, "nvidia-cdi-hook", ["create-symlinks", "--link", "target::/piped"], Filled(state, scratch));
        CoreProgram.Result named = CoreProgram.Run(scratch, "nvidia-cdi-hook", ["create-symlinks", "--link", "target::/named", "--container-spec", file]);
        Assert.True((piped.Status, named.Status) == (0, 0), piped.Errors + named.Errors);
        Assert.Equal("target", new FileInfo(scratch.At(expected + "/piped")).LinkTarget);
        Assert.Equal("target", new FileInfo(scratch.At(expected + "/named")).LinkTarget);
    }

    private static string Filled(string text, ScratchFolder scratch) =>
        text.Replace("\"B\"", $"\"{scratch.At("bundle")}\"", StringComparison.Ordinal).Replace("\"S/", $"\"{scratch.Path}/", StringComparison.Ordinal);
}
