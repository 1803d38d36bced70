using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create;

/// <summary>From the configuration's keys to the request, in the mode in which all of them count.</summary>
public sealed class ContainerCreationTests
{
    private const string Config = """
        swarm-resource = "SWARM_A, SWARM_B"
        accept-nvidia-visible-devices-as-volume-mounts = ACCEPT
        accept-nvidia-visible-devices-envvar-when-unprivileged = UNPRIVILEGED
        [nvidia-container-runtime]
        mode = "MODE"
        [nvidia-container-runtime.modes.cdi]
        spec-dirs = ["SPECS"]
        default-kind = "v.com/gpu"
        annotation-prefixes = ["my.org/"]
        """;

    private const string Specs = """
        {"cdiVersion":"0.5.0","kind":"v.com/gpu","devices":[{"name":"a","containerEdits":{"env":["A=1"]}},{"name":"m","containerEdits":{"env":["M=1"]}},
         {"name":"e","containerEdits":{"env":["E=1","NVIDIA_GDS=enabled"]}}]}
        """;

    private const string Annotation = "\"annotations\":{\"my.org/x\":\"v.com/gpu=a\"}";
    private const string Mount = "\"mounts\":[{\"source\":\"/dev/null\",\"destination\":\"/var/run/nvidia-container-devices/m\"}]";

    [Theory]
    [Requirement("RT-102", "RT-117", "RT-124", "RT-154", "RT-252")]
    [InlineData("cdi", "true", "true", "ANNOTATION,MOUNT", "A=1")]
    [InlineData("cdi", "true", "true", "MOUNT", "M=1")]
    [InlineData("cdi", "false", "true", "MOUNT", "E=1;NVIDIA_GDS=enabled")]
    [InlineData("cdi", "true", "true", "", "E=1;NVIDIA_GDS=enabled")]
    [InlineData("cdi", "true", "false", "", "")]
    [InlineData("auto", "true", "true", "ANNOTATION", "A=1")]
    public void The_keys_reach_the_request(string mode, string accept, string unprivileged, string parts, string expected)
    {
        string more = parts.Replace("ANNOTATION", Annotation, StringComparison.Ordinal).Replace("MOUNT", Mount, StringComparison.Ordinal);
        using var run = new ShimRun(
            $$"""{"ociVersion":"1","process":{"env":["SWARM_B=e","NVIDIA_VISIBLE_DEVICES=void"]}{{(more.Length > 0 ? "," + more : "")}} }""");
        run.Scratch.File("specs/v.json", Specs);
        run.Config = Config.Replace("ACCEPT", accept, StringComparison.Ordinal).Replace("UNPRIVILEGED", unprivileged, StringComparison.Ordinal)
            .Replace("MODE", mode, StringComparison.Ordinal).Replace("SPECS", run.Scratch.At("specs"), StringComparison.Ordinal);
        CoreProgram.Result result = run.Create();
        Assert.Equal(new CoreProgram.Result(0, "", ""), result);
        Assert.Equal(["SWARM_B=e", "NVIDIA_VISIBLE_DEVICES=void", .. expected.Split(';', StringSplitOptions.RemoveEmptyEntries)], Plans.Env(run.Json));
        Assert.Null(run.Json["linux"]);
    }

    [Fact]
    [Requirement("RT-118", "RT-146")]
    public void Annotations_count_in_no_other_mode()
    {
        using var run = new ShimRun($$"""{"ociVersion":"1",{{Annotation.Replace("my.org/", "cdi.k8s.io/", StringComparison.Ordinal)}} }""",
            "[nvidia-container-runtime]\nmode = \"jit-cdi\"\n");
        Assert.Equal(0, run.Create().Status);
        Assert.Null(run.Json["process"]);
    }

    [Fact]
    [Requirement("RT-35", "RT-140")]
    public void The_log_tells_how_it_came_about()
    {
        using var run = new ShimRun(config: "[nvidia-container-runtime]\nmode = \"legacy\"\nlog-level = \"trace\"\n");
        Assert.Equal(0, run.Create("--log", run.Scratch.At("log")).Status);
        string log = run.Scratch.Read("log");
        foreach (string message in (string[])[
            "level=trace msg=\"Running with config: ", "level=trace msg=\"Command line arguments: [", "level=trace msg=\"Looking for runtime binary 'runc'\"",
            "level=trace msg=\"Found runtime binary '[", "level=trace msg=\"Using low-level runtime ", "level=debug msg=\"Using bundle directory: ",
            "level=info msg=\"Using OCI specification file path: ", "level=info msg=\"Using requested mode 'legacy'\"",
            "level=debug msg=\"Create command detected; applying OCI specification modifications\"", "level=info msg=\"Using prestart hook path: ",
            "level=debug msg=\"Applied required modification to OCI specification\"", "level=debug msg=\"Forwarding command to runtime "])
            Assert.Contains(message, log, StringComparison.Ordinal);
        Assert.Equal(0, run.Run("nvidia-container-runtime", ["--log", run.Scratch.At("log"), "state", "c1"]).Status);
        Assert.Contains("level=trace msg=\"Skipping modifier for non-create subcommand\"", run.Scratch.Read("log"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-83")]
    public void A_member_that_nobody_knows_is_told_at_debug()
    {
        using var run = new ShimRun(config: "[nvidia-container-runtime]\nlog-level = \"debug\"\n");
        run.Create("--log", run.Scratch.At("log"));
        Assert.Contains(
            "level=debug msg=\"Keeping a member of the OCI specification that is not known: future\"", run.Scratch.Read("log"), StringComparison.Ordinal);
    }
}
