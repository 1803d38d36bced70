using System.Text;
using System.Text.Json.Nodes;
using GpuContainers.Ctk.Doctor;
using GpuContainers.Ctk.Explain;
using GpuContainers.Diagnostics;

namespace GpuContainers.Ctk.Tests.Explain;

/// <summary>What the planner is shown of a running container, and what its answer says about it.</summary>
public sealed class ExplainedBundleTests : IDisposable
{
    private const string Running = """
        {
          "process": { "env": ["NVIDIA_VISIBLE_DEVICES=0", "A=1", "NVIDIA_VISIBLE_DEVICES=void"] },
          "mounts": [ { "source": "/dev/null", "destination": "/var/run/nvidia-container-devices/0" }, { "source": "/lib/libcuda.so.1", "destination": "/a" } ],
          "hooks": { "prestart": [ { "path": "/usr/bin/hook" } ] },
          "linux": { "devices": [ { "path": "/dev/nvidia0", "type": "c", "major": 195, "minor": 0 } ], "resources": { "devices": [ { "allow": true } ] } }
        }
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("nvct").FullName;

    public ExplainedBundleTests()
    {
        Write("moby/0123abcd");
        Write("k8s.io/0123ffff");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    [Requirement("DR-10")]
    public void Of_a_running_container_only_what_it_asked_for_is_planned()
    {
        using var bundle = ExplainedBundle.OfContainer(new Machine(_root), "0123a");
        JsonNode asked = JsonNode.Parse(bundle.Specification)!;
        Assert.Equal("""["NVIDIA_VISIBLE_DEVICES=0","A=1"]""", asked["process"]!["env"]!.ToJsonString());
        Assert.Equal("/dev/null", (string?)Assert.Single(asked["mounts"]!.AsArray())!["source"]);
        Assert.Null(asked["hooks"]);
        Assert.Equal("""{"resources":{}}""", asked["linux"]!.ToJsonString());
    }

    [Fact]
    [Requirement("DR-10")]
    public void What_the_container_has_and_has_not_is_marked()
    {
        using var bundle = ExplainedBundle.OfContainer(new Machine(_root), "0123a");
        JsonNode after = JsonNode.Parse(bundle.Specification)!;
        after["linux"]!["devices"] = JsonNode.Parse("""
            [{"path":"/dev/nvidia0","type":"c","major":195,"minor":0},{"path":"/dev/nvidiactl","type":"c","major":195,"minor":255}]
            """);
        string report = """{"devices":["0"],"mode":"jit-cdi","found":[{"what":"/dev/nvidia0","part":"GPU 0","rule":"a GPU is its node"}]}""" + "\n";
        var plan = PlanAnswer.Read(Encoding.UTF8.GetBytes(report + after.ToJsonString()), bundle);
        Assert.Equal(
            [new("node", "/dev/nvidia0 (c 195:0)", "a GPU is its node", "/dev/nvidia0 (GPU 0)", true),
                new("node", "/dev/nvidiactl (c 195:255)", "what the CDI specification of the device says", "", false)], plan.Changes);
        Assert.Contains("/dev/nvidiactl (c 195:255) (the container has it NOT)\n", ExplainText.Write(plan), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DR-17")]
    public void Another_result_of_the_same_bundle_is_compared_thing_by_thing()
    {
        JsonNode ours = JsonNode.Parse(Running)!, other = JsonNode.Parse(Running)!;
        Assert.Empty(SpecificationChanges.Differences(ours, other));
        ours["linux"]!["devices"]![0]!["minor"] = 1;
        other["process"]!["env"]!.AsArray().Add("B=2");
        Assert.Equal(["- variable B=2", "- node /dev/nvidia0 (c 195:0)", "+ node /dev/nvidia0 (c 195:1)"], SpecificationChanges.Differences(ours, other));
        var plan = new PlanAnswer("jit-cdi", "", "", [], [], [], [], "") { Differences = SpecificationChanges.Differences(ours, other) };
        Assert.Contains("(- only there, + only here)\n  - variable B=2\n", ExplainText.Write(plan), StringComparison.Ordinal);
        Assert.Contains("\"differences\":[\"- variable B=2\",", ExplainJson.Write(plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123", "2 running containers have an id that begins with 0123")]
    [InlineData("9", "no running container has an id that begins with 9")]
    public void An_id_that_names_none_or_several_is_refused(string id, string message)
    {
        var machine = new Machine(_root);
        ToolkitException refusal = Assert.Throws<ToolkitException>(() => ExplainedBundle.OfContainer(machine, id));
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    private void Write(string id)
    {
        string folder = $"{_root}/run/containerd/io.containerd.runtime.v2.task/{id}";
        Directory.CreateDirectory(folder);
        File.WriteAllText(folder + "/config.json", Running);
    }
}
