using System.Text.Json.Nodes;
using GpuContainers.Runtime.Create.Planning;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create.Planning;

public sealed class CdiPlannerTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly FakeHost _host = new();

    public void Dispose()
    {
        _scratch.Dispose();
        _host.Dispose();
    }

    [Theory]
    [Requirement("RT-160", "RT-164")]
    [InlineData("0", "nvidia.com/gpu=0")]
    [InlineData("", "nvidia.com/gpu=none")]
    [InlineData("a/b=0", "a/b=0")]
    [InlineData("0;nvidia.com/gpu=0;1", "nvidia.com/gpu=0;nvidia.com/gpu=1")]
    [InlineData(" nvidia.com/gpu=0", "nvidia.com/gpu= nvidia.com/gpu=0")]
    [InlineData("x y", "nvidia.com/gpu=x y")]
    public void Bare_names_get_the_default_kind_and_each_name_counts_once(string devices, string expected) =>
        Assert.Equal(expected.Split(';'), CdiPlanner.Names(devices.Split(';'), "nvidia.com/gpu"));

    [Fact]
    [Requirement("RT-163", "RT-166", "RT-169")]
    public void Devices_come_from_the_specifications_of_the_directories()
    {
        _scratch.File("low/a.json", Spec("v.com/gpu", "0", "LOW"));
        _scratch.File("high/b.yaml", Spec("v.com/gpu", "0", "HIGH"));
        _scratch.File("high/ignored.txt", "no");
        JsonNode result = Apply("v.com/gpu=0", "low", "high", "missing");
        Assert.Equal(["PATH=/bin", "HIGH-ALL=1", "HIGH-0=1"], Plans.Env(result));
        Assert.Equal(["PATH=/bin", "LOW-ALL=1", "LOW-0=1"], Plans.Env(Apply("v.com/gpu=0", "high", "low")));
    }

    [Fact]
    [Requirement("RT-169")]
    public void Edits_of_a_file_come_once_before_those_of_its_devices()
    {
        _scratch.File("d/a.json", """
            {"cdiVersion":"0.5.0","kind":"v.com/gpu","containerEdits":{"env":["ALL=1"]},
             "devices":[{"name":"0","containerEdits":{"env":["D0=1"]}},{"name":"1","containerEdits":{"env":["D1=1"]}}]}
            """);
        Assert.Equal(["PATH=/bin", "ALL=1", "D1=1", "D0=1"], Plans.Env(Apply("v.com/gpu=1,v.com/gpu=0", "d")));
    }

    [Fact]
    [Requirement("RT-167", "RT-168")]
    public void An_unknown_device_names_what_was_searched_and_what_there_is()
    {
        _scratch.File("d/a.json", Spec("v.com/gpu", "0", "A"));
        _scratch.File("d/broken.json", "{");
        CoreException? error = null;
        string log = LogCapture.Of(() => error = Assert.Throws<CoreException>(() => Apply("v.com/gpu=7,w.com/x=1", "d")));
        Assert.StartsWith(
            "failed to inject CDI devices: unresolvable CDI devices v.com/gpu=7, w.com/x=1; searched in ", error!.Message, StringComparison.Ordinal);
        Assert.Contains("devices of the kind v.com/gpu: v.com/gpu=0", error.Message, StringComparison.Ordinal);
        Assert.Contains("devices of the kind w.com/x: none", error.Message, StringComparison.Ordinal);
        Assert.Contains("broken.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("level=warning msg=\"could not resolve CDI devices: [v.com/gpu=7 w.com/x=1]\"", log, StringComparison.Ordinal);
        Assert.Contains("level=warning msg=\"Refreshing the CDI registry generated errors: ", log, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-167")]
    public void A_broken_file_is_no_warning_where_nothing_is_missing()
    {
        _scratch.File("d/a.json", Spec("v.com/gpu", "0", "A"));
        _scratch.File("d/broken.json", "{");
        Assert.Empty(LogCapture.Of(() => Apply("v.com/gpu=0", "d")));
    }

    [Fact]
    [Requirement("RT-167")]
    public void A_device_that_one_directory_defines_twice_is_not_available()
    {
        _scratch.File("d/a.json", Spec("v.com/gpu", "0", "A"));
        _scratch.File("d/b.json", Spec("v.com/gpu", "0", "B"));
        Assert.Contains(
            "unresolvable CDI devices v.com/gpu=0", Assert.Throws<CoreException>(() => Apply("v.com/gpu=0", "d")).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-166")]
    public void Without_directories_nothing_can_be_resolved() =>
        Assert.Contains("spec-dirs is empty", Assert.Throws<CoreException>(() => Apply("v.com/gpu=0")).Message, StringComparison.Ordinal);

    // The example of section 20.
    [Fact]
    [Requirement("RT-240", "RT-245", "RT-246", "RT-248")]
    public void Edits_are_applied_as_one_and_in_order()
    {
        _scratch.File("d/a.json", """
            {"cdiVersion":"0.5.0","kind":"v.com/gpu","containerEdits":{"env":["NVIDIA_VISIBLE_DEVICES=void","PATH=/injected","SHARED=common"],
              "mounts":[{"hostPath":"/a","containerPath":"/a"},{"hostPath":"/p","containerPath":"/proc"},{"hostPath":"/d","containerPath":"/a/b/c/d"}],
              "hooks":[{"hookName":"prestart","path":"/new"}]},
             "devices":[{"name":"0","containerEdits":{"env":["DEV0=1","SHARED=dev0"]}}]}
            """);
        JsonNode result = ApplyTo(
            """
            {"ociVersion":"1","process":{"env":["PATH=/bin","NVIDIA_VISIBLE_DEVICES=0"]},"hooks":{"prestart":[{"path":"/old"}]},
             "mounts":[{"destination":"/x/y/z"},{"destination":"/proc"},{"destination":"/"}]}
            """, "v.com/gpu=0", "d");
        Assert.Equal(["PATH=/bin", "NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_VISIBLE_DEVICES=void", "PATH=/injected", "SHARED=dev0", "DEV0=1"], Plans.Env(result));
        Assert.Equal(["/", "/a", "/proc", "/x/y/z", "/a/b/c/d"], result["mounts"]!.AsArray().Select(m => m!["destination"]!.GetValue<string>()));
        Assert.Equal(["/old", "/new"], result["hooks"]!["prestart"]!.AsArray().Select(h => h!["path"]!.GetValue<string>()));
    }

    [Fact]
    [Requirement("RT-241", "RT-242", "RT-243", "RT-244", "RT-247")]
    public void Nodes_networks_groups_and_RDT_find_their_places()
    {
        string node = _host.At("dev/odd");
        _host.Node("dev/odd", 7, 9);
        _scratch.File("d/a.json", $$"""
            {"cdiVersion":"1.1.0","kind":"v.com/gpu","devices":[{"name":"0","containerEdits":{
              "deviceNodes":[{"path":"/dev/odd","hostPath":"{{node}}","permissions":"rw"},{"path":"/dev/odd","hostPath":"{{node}}"}],
              "netDevices":[{"hostInterfaceName":"eth9","name":"eth0"}],
              "additionalGids":[0,44,44,7],"intelRdt":{"closID":"c"} } } ] }
            """);
        JsonNode result = ApplyTo(
            """{"ociVersion":"1","process":{"user":{"uid":5,"gid":6,"additionalGids":[7]}},"linux":{"devices":[{"path":"/dev/odd","type":"c","major":1,"minor":1},{"path":"/dev/z","type":"c","major":1,"minor":1}],"intelRdt":{"closID":"old","l3CacheSchema":"x"} }}""",
            "v.com/gpu=0", "d");
        Assert.Equal("""[{"path":"/dev/z","type":"c","major":1,"minor":1},{"path":"/dev/odd","type":"c","major":7,"minor":9,"fileMode":438,"uid":5,"gid":6}]""",
            result["linux"]!["devices"]!.ToJsonString());
        Assert.Equal("""[{"allow":true,"type":"c","major":7,"minor":9,"access":"rw"},{"allow":true,"type":"c","major":7,"minor":9,"access":"rwm"}]""",
            result["linux"]!["resources"]!["devices"]!.ToJsonString());
        Assert.Equal("""{"eth9":{"name":"eth0"}}""", result["linux"]!["netDevices"]!.ToJsonString());
        Assert.Equal("[7,44]", result["process"]!["user"]!["additionalGids"]!.ToJsonString());
        Assert.Equal("""{"closID":"c"}""", result["linux"]!["intelRdt"]!.ToJsonString());
    }

    [Theory]
    [Requirement("RT-241")]
    [InlineData("""{"deviceNodes":[{"path":"/dev/absent-node"}]}""", "failed to stat CDI host device \"/dev/absent-node\": no such file or directory")]
    [InlineData("""{"deviceNodes":[{"path":"/dev/null","type":"b"}]}""", "host type mismatch (b, c)")]
    public void Edits_that_do_not_fit_the_host_are_an_error(string edits, string cause)
    {
        _scratch.File("d/a.json", """{"cdiVersion":"0.5.0","kind":"v.com/gpu","devices":[{"name":"0","containerEdits":""" + edits + "}]}");
        CoreException error = Assert.Throws<CoreException>(() => Apply("v.com/gpu=0", "d"));
        Assert.StartsWith("failed to inject CDI devices: failed to inject devices: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
        // Where it stands, and that it may be older than the host's state (RT-261).
        Assert.Contains($"; correct {_scratch.At("d/a.json")}, or generate it again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-156")]
    public void A_hook_that_a_specification_brings_is_kept()
    {
        _scratch.File("d/a.json", """{"cdiVersion":"0.5.0","kind":"v.com/gpu","devices":[{"name":"0","containerEdits":{"hooks":[{"hookName":"prestart","path":"/new/nvidia-container-runtime-hook"}]}}]}""");
        JsonNode result = ApplyTo("""{"ociVersion":"1","hooks":{"prestart":[{"path":"/old/nvidia-container-runtime-hook"}]}}""", "v.com/gpu=0", "d");
        Assert.Equal(["/new/nvidia-container-runtime-hook"], result["hooks"]!["prestart"]!.AsArray().Select(h => h!["path"]!.GetValue<string>()));
    }

    private static string Spec(string kind, string device, string name) =>
        $$"""{"cdiVersion":"0.5.0","kind":"{{kind}}","containerEdits":{"env":["{{name}}-ALL=1"]},"devices":[{"name":"{{device}}","containerEdits":{"env":["{{name}}-{{device}}=1"]} }]}""";

    private JsonNode Apply(string visible, params string[] directories) => ApplyTo(Plans.Minimal, visible, directories);

    private JsonNode ApplyTo(string specification, string visible, params string[] directories) => Plans.Apply(
        "cdi", _host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible),
            Plans.Config(modes => modes with { CdiSpecDirectories = [.. directories.Select(_scratch.At)] })), specification);
}
