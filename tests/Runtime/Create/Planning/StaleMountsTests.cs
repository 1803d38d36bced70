using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create.Planning;

/// <summary>What specifications mount and the host does not have.</summary>
[Requirement("RT-273")]
public sealed class StaleMountsTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("""{"hostPath":"/absent/a","containerPath":"/a","type":"bind"}""", true)]
    [InlineData("""{"hostPath":"/absent/a","containerPath":"/a","options":["ro","rbind"]}""", true)]
    [InlineData("""{"hostPath":"/dev/null/a","containerPath":"/a","options":["bind"]}""", true)]
    [InlineData("""{"hostPath":"LINK","containerPath":"/a","options":["bind"]}""", true)]
    [InlineData("""{"hostPath":"/absent/a","containerPath":"/a"}""", false)]
    [InlineData("""{"hostPath":"/absent/a","containerPath":"/a","type":"tmpfs"}""", false)]
    [InlineData("""{"hostPath":"absent/a","containerPath":"/a","options":["bind"]}""", false)]
    [InlineData("""{"hostPath":"/absent/a","containerPath":"/a","options":["bind"]},{"hostPath":"/dev/null","containerPath":"/a","options":["bind"]}""", false)]
    [InlineData("""{"hostPath":"/dev/null","containerPath":"/a","options":["bind"]}""", false)]
    public void A_bind_mount_that_stays_needs_its_source(string mounts, bool isStale)
    {
        _scratch.Link("dangling", "nowhere");
        string file = _scratch.File("cdi/v.json", $$$"""
            {"cdiVersion":"0.5.0","kind":"v.com/gpu","devices":[{"name":"0","containerEdits":{"env":["GIVEN=1"]}}],
            "containerEdits":{"mounts":[{{{mounts.Replace("LINK", _scratch.At("dangling"), StringComparison.Ordinal)}}}]}}
            """);
        using var run = new ShimRun(
            """
            {"ociVersion":"1.0.2","process":{"env":["NVIDIA_VISIBLE_DEVICES=v.com/gpu=0"]},
            "mounts":[{"destination":"/own","type":"bind","source":"/absent/own","options":["bind"]}]}
            """, $"[nvidia-container-runtime.modes.cdi]\nspec-dirs = [\"{_scratch.At("cdi")}\"]\n");
        string before = run.ConfigJson;
        CoreProgram.Result result = run.Create();
        Assert.Equal(isStale ? 1 : 0, result.Status);
        if (!isStale)
            return;
        Assert.Contains($", which {file} mounts at /a, does not exist on this host: the specification is stale; ", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"'nvidia-ctk cdi generate --output={file}'", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, run.ConfigJson);
    }
}
