using GpuContainers.Nri.Protocol;

namespace GpuContainers.Nri.Tests;

[Requirement("NRI-7")]
public sealed class DeviceRuleTests
{
    private static readonly DeviceRule Rule = new(["gpu-operator", "extra"], "example.com/management");

    [Theory]
    [Requirement("IN-87")]
    [InlineData("container.ctr", "pod", "all", "container.ctr")]
    [InlineData("container.other", "pod", "all", "pod")]
    [InlineData("container.other", null, "all", "all")]
    [InlineData("container.other", null, null, null)]
    public void The_most_specific_annotation_counts(string first, string? second, string? third, string? expected)
    {
        PodSandbox pod = new() { Namespace = "default" };
        foreach (string name in new[] { first, second, third }.OfType<string>())
            pod.Annotations[name == "all" ? "nvidia.cdi.k8s.io" : $"nvidia.cdi.k8s.io/{name}"] = $"nvidia.com/gpu={name}";

        DeviceDecision decision = Rule.Decide(pod, "ctr");

        Assert.Equal(expected is null ? [] : [$"nvidia.com/gpu={expected}"], decision.Devices);
        Assert.Null(decision.RefusedKind);
    }

    [Fact]
    [Requirement("IN-87")]
    public void An_empty_value_wins_over_a_less_specific_annotation()
    {
        PodSandbox pod = new() { Annotations = { ["nvidia.cdi.k8s.io/container.ctr"] = "", ["nvidia.cdi.k8s.io"] = "nvidia.com/gpu=0" } };

        Assert.Empty(Rule.Decide(pod, "ctr").Devices);
        Assert.Equal(["nvidia.com/gpu=0"], Rule.Decide(pod, "other").Devices);
    }

    [Theory]
    [Requirement("IN-87")]
    [InlineData("nvidia.com/gpu=0, nvidia.com/gpu=1 ,", "nvidia.com/gpu=0 nvidia.com/gpu=1")]
    [InlineData(" , ", "")]
    [InlineData("nvidia.com/gpu=1,nvidia.com/gpu=0,nvidia.com/gpu=1", "nvidia.com/gpu=1 nvidia.com/gpu=0")]
    public void Blanks_empty_items_and_repetitions_are_dropped(string value, string expected) =>
        Assert.Equal(expected, string.Join(' ', Rule.Decide(Pod("default", value), "ctr").Devices));

    [Theory]
    [Requirement("IN-88")]
    [InlineData("gpu-operator", "management.nvidia.com/gpu=all", null)]
    [InlineData("extra", "management.nvidia.com/gpu=all", null)]
    [InlineData("extra", "example.com/management=all", null)]
    [InlineData("default", "nvidia.com/gpu=0", null)]
    [InlineData("default", "management.nvidia.com/gpu=all", "management.nvidia.com/gpu")]
    [InlineData("", "management.nvidia.com/gpu=all", "management.nvidia.com/gpu")]
    [InlineData("default", "nvidia.com/gpu=0,management.nvidia.com/gpu=all", "management.nvidia.com/gpu")]
    [InlineData("default", "nvidia.com/gpu=0, example.com/management=all", "example.com/management")]
    public void Management_devices_are_kept_for_their_namespaces(string podNamespace, string value, string? refused)
    {
        DeviceDecision decision = Rule.Decide(Pod(podNamespace, value), "ctr");

        Assert.Equal(refused, decision.RefusedKind);
        Assert.Equal(refused is null ? [value] : [], decision.Devices);
    }

    private static PodSandbox Pod(string podNamespace, string value) => new() { Namespace = podNamespace, Annotations = { ["nvidia.cdi.k8s.io"] = value } };
}
