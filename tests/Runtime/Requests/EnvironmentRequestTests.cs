using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Requests;

public sealed class EnvironmentRequestTests
{
    // The table of RT-129; "-" stands for an unset variable, "<empty>" for the one empty name of "none".
    [Theory]
    [Requirement("RT-125", "RT-126", "RT-127", "RT-128", "RT-129")]
    [InlineData("-", "-", "")]
    [InlineData("-", "", "")]
    [InlineData("-", " , ", "")]
    [InlineData("-", "void", "")]
    [InlineData("-", "0,void", "")]
    [InlineData("11.0", "-", "all")]
    [InlineData("11.0", "", "")]
    [InlineData("-", "all", "all")]
    [InlineData("-", "0,all", "all")]
    [InlineData("-", "all,none", "all")]
    [InlineData("-", "none", "<empty>")]
    [InlineData("-", "none,all", "<empty>")]
    [InlineData("-", "0,none", "<empty>")]
    [InlineData("-", "0, 1 ,", "0;1")]
    [InlineData("-", "nvidia.com/gpu=0,GPU-x", "nvidia.com/gpu=0;GPU-x")]
    [InlineData("-", "0,1,0", "0;1")]
    public void The_variable_is_evaluated(string cuda, string visible, string expected)
    {
        string[] environment = [.. Set("CUDA_VERSION", cuda), .. Set("NVIDIA_VISIBLE_DEVICES", visible)];
        Assert.Equal(expected, Text(EnvironmentRequest.Evaluate(TestImage.Of(environment), ["NVIDIA_VISIBLE_DEVICES"], keepsLast: false)));
    }

    [Fact]
    [Requirement("RT-105")]
    public void An_image_that_states_its_requirement_is_no_legacy_image() =>
        Assert.Empty(EnvironmentRequest.Evaluate(TestImage.Of("CUDA_VERSION=11.0", "NVIDIA_REQUIRE_CUDA=x"), ["NVIDIA_VISIBLE_DEVICES"], keepsLast: false));

    [Fact]
    [Requirement("LG-37")]
    public void The_hook_keeps_a_repeated_id_at_its_last_place() =>
        Assert.Equal(["1", "0"], EnvironmentRequest.Evaluate(TestImage.Of("NVIDIA_VISIBLE_DEVICES=0,1,0"), ["NVIDIA_VISIBLE_DEVICES"], keepsLast: true));

    [Fact]
    [Requirement("RT-124", "LG-33")]
    public void Preferred_variables_replace_the_usual_one()
    {
        ContainerFacts image = TestImage.Of("NVIDIA_VISIBLE_DEVICES=0", "B=2", "A=1");
        Assert.Equal(["A", "B"], EnvironmentRequest.DeviceVariables(image, RequestSettings.VariableNames(" A , ,B, C")));
        Assert.Equal(["1", "2"], EnvironmentRequest.Evaluate(image, ["A", "B"], keepsLast: false));
    }

    [Fact]
    [Requirement("RT-124", "LG-34")]
    public void A_preferred_variable_that_is_empty_hides_the_usual_one()
    {
        ContainerFacts image = TestImage.Of("NVIDIA_VISIBLE_DEVICES=0", "SW=");
        Assert.Empty(EnvironmentRequest.Evaluate(image, EnvironmentRequest.DeviceVariables(image, ["SW"]), keepsLast: false));
    }

    [Fact]
    [Requirement("RT-124")]
    public void Without_a_preferred_variable_the_usual_one_counts() =>
        Assert.Equal(["NVIDIA_VISIBLE_DEVICES"], EnvironmentRequest.DeviceVariables(TestImage.Of("NVIDIA_VISIBLE_DEVICES=0"), ["SW"]));

    private static string[] Set(string name, string value) => value == "-" ? [] : [$"{name}={value}"];

    private static string Text(List<string> devices) => string.Join(';', devices.Select(d => d.Length == 0 ? "<empty>" : d));
}
