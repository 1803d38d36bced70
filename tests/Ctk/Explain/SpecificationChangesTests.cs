using System.Text.Json.Nodes;
using GpuContainers.Ctk.Explain;

namespace GpuContainers.Ctk.Tests.Explain;

/// <summary>What a specification has more than another.</summary>
public sealed class SpecificationChangesTests
{
    // People read steps, and compare with containers that were made before hooks were joined.
    [Fact]
    [Requirement("RT-279")]
    public void The_hooks_of_a_sequence_are_told_as_if_each_stood_by_itself()
    {
        JsonNode joined = Hooks("""["nvidia-ctk", "hook", "sequence", "create-symlinks", "--link", "a::b", ";", "update-ldcache", "--folder", "/c"]""");
        JsonNode apart = Hooks("""["nvidia-ctk", "hook", "create-symlinks", "--link", "a::b"]""", """["nvidia-ctk", "hook", "update-ldcache", "--folder", "/c"]""");
        IReadOnlyList<PlannedChange> changes = SpecificationChanges.Between(JsonNode.Parse("{}"), joined, [], apart);
        Assert.Equal(
            [
                "createContainer: /usr/bin/nvidia-ctk hook create-symlinks --link a::b",
                "createContainer: /usr/bin/nvidia-ctk hook update-ldcache --folder /c",
            ],
            changes.Select(static change => change.What));
        Assert.Equal(changes, SpecificationChanges.Between(JsonNode.Parse("{}"), apart, [], apart));
        Assert.Contains("loader", changes[1].Rule, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DR-9")]
    public void Of_a_hook_with_other_arguments_only_those_are_told()
    {
        JsonNode ours = Hooks("""["nvidia-ctk", "hook", "create-symlinks", "--link", "a::b", "--link", "c::d"]""");
        JsonNode other = Hooks("""["nvidia-ctk", "hook", "create-symlinks", "--link", "a::b"]""");
        Assert.Equal(
            ["+ hook createContainer: /usr/bin/nvidia-ctk hook create-symlinks ... --link c::d"], SpecificationChanges.Differences(ours, other));
    }

    private static JsonObject Hooks(params string[] args)
    {
        var hooks = new JsonArray();
        foreach (string list in args)
            hooks.Add((JsonNode)new JsonObject { ["path"] = "/usr/bin/nvidia-ctk", ["args"] = JsonNode.Parse(list) });
        return new JsonObject { ["hooks"] = new JsonObject { ["createContainer"] = hooks } };
    }
}
