using GpuContainers.Runtime.Requests;
using GpuContainers.Runtime.Requirements;
using GpuContainers.Runtime.Tests.Requests;

namespace GpuContainers.Runtime.Tests.Requirements;

public sealed class RequirementTests
{
    [Theory]
    [Requirement("RT-207", "RT-208", "RT-211")]
    [InlineData("cuda>=12.0")]
    [InlineData("cuda>=13.0 cuda>=12.2")]
    [InlineData("cuda=12.2.0")]
    [InlineData("cuda!=12.3,cuda<13,arch>8,arch<=8.7")]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(",, cuda>=1 ,")]
    [InlineData("unknown>=9000")]
    [InlineData("unknown>=9000,cuda>=1")]
    [InlineData("brand=tesla cuda>=1")]
    [InlineData("driver>=450 cuda>=1")]
    [InlineData("brand!=tesla")]
    public void A_host_with_CUDA_12_2_meets(string requirement) => Assert.Equal("", Failure(requirement));

    // The table of section 16.3.
    [Theory]
    [Requirement("RT-204", "RT-207", "RT-211")]
    [InlineData("cuda>=13.0", "unsatisfied condition: cuda>=13.0 (cuda=12.2)")]
    [InlineData("cuda>=1,cuda>=13.0", "unsatisfied condition: cuda>=13.0 (cuda=12.2)")]
    [InlineData("cuda>=13.0 brand=tesla,driver>=450", "cuda>=13.0||brand=tesla&&driver>=450 not met")]
    [InlineData("driver>=450", "invalid value for driver: invalid semantic version (this host does not tell it)")]
    [InlineData("brand!tesla", "invalid operator ")]
    [InlineData("cuda", "invalid constraint: cuda")]
    [InlineData("brand=tesla", "unsatisfied condition: brand=tesla (brand=)")]
    public void A_host_with_CUDA_12_2_does_not_meet(string requirement, string cause) => Assert.Equal(cause, Failure(requirement));

    [Theory]
    [Requirement("RT-210")]
    [InlineData("cuda>=")]
    [InlineData("cuda==11")]
    [InlineData("cuda!11")]
    [InlineData("arch>=a.b")]
    [InlineData("cuda>=1 cuda>=9.0.116.50")]
    public void Values_are_checked_before_anything_is_evaluated(string requirement) =>
        Assert.Equal("invalid version string: invalid semantic version", Failure(requirement));

    [Fact]
    [Requirement("RT-206")]
    public void A_property_is_determined_only_where_it_is_asked_for()
    {
        var host = new HostProperties(() => throw new InvalidOperationException("asked"), () => "8.7");
        Requirement.Parse("arch>=8.0").Assert(host);
        Assert.Throws<InvalidOperationException>(() => Requirement.Parse("cuda>=8.0").Assert(host));
    }

    [Fact]
    [Requirement("RT-206")]
    public void An_undetermined_property_fails_only_a_constraint_on_it()
    {
        var host = new HostProperties(() => "", () => "8.7");
        Requirement.Parse("arch>=8.0").Assert(host);
        Assert.Equal("invalid value for cuda: invalid semantic version (this host does not tell it)",
            Assert.Throws<CoreException>(() => Requirement.Parse("cuda>=8").Assert(host)).Message);
    }

    [Fact]
    [Requirement("RT-201", "RT-203", "LG-47", "LG-50")]
    public void Requirements_are_the_values_in_order_of_their_names() =>
        Assert.Equal(["b", "", "c>=1"], ImageRequirements.Collect(TestImage.Of(
            "NVIDIA_REQUIRE_Z=c>=1", "NVIDIA_REQUIRE_A=b", "NVIDIA_REQUIRE_JETPACK=csv-mounts=all", "NVIDIA_REQUIRE_JETPACK_X=y", "NVIDIA_REQUIRE_B=",
                "NVIDIA_REQUIRE=no")));

    [Theory]
    [Requirement("RT-201", "RT-202", "LG-48", "LG-49")]
    [InlineData("8", "cuda>=8.0")]
    [InlineData("7.5", "cuda>=7.5")]
    [InlineData("9.0.116", "cuda>=9.0")]
    [InlineData("v11.6", "cuda>=11.6")]
    public void A_legacy_image_demands_its_CUDA_version(string version, string expected) =>
        Assert.Equal(["x", expected], ImageRequirements.Collect(TestImage.Of("CUDA_VERSION=" + version, "NVIDIA_REQUIRE_X=x")));

    [Theory]
    [Requirement("RT-202", "LG-49")]
    [InlineData("9.0.116.50")]
    [InlineData("9.0.116foo")]
    [InlineData("9.")]
    [InlineData(".5.10")]
    [InlineData("-9")]
    [InlineData("9.4294967296")]
    public void A_CUDA_version_that_is_none_is_refused(string version)
    {
        CoreException error = Assert.Throws<CoreException>(() => ImageRequirements.Check(TestImage.Of("CUDA_VERSION=" + version), Host()));
        Assert.Equal(
            $"failed to get image requirements: failed to get version: invalid CUDA version {version}: invalid version string: invalid semantic version",
            error.Message);
    }

    [Theory]
    [Requirement("RT-103", "RT-200")]
    [InlineData("1", true)]
    [InlineData("True", true)]
    [InlineData("yes", false)]
    [InlineData("", false)]
    public void The_image_can_switch_the_check_off(string value, bool disabled)
    {
        ContainerFacts image = TestImage.Of("NVIDIA_DISABLE_REQUIRE=" + value, "NVIDIA_REQUIRE_CUDA=cuda>=99");
        if (disabled)
            ImageRequirements.Check(image, Host());
        else
            Assert.Throws<CoreException>(() => ImageRequirements.Check(image, Host()));
    }

    private static HostProperties Host() => new(() => "12.2", () => "8.7");

    private static string Failure(string requirement)
    {
        try
        {
            Requirement.Parse(requirement).Assert(Host());
            return "";
        }
        catch (CoreException error)
        {
            return error.Message;
        }
    }
}
