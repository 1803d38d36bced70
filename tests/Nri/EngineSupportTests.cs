namespace GpuContainers.Nri.Tests;

[Requirement("NRI-6")]
public sealed class EngineSupportTests
{
    [Theory]
    [Requirement("IN-91")]
    [InlineData("containerd", "1.7.24~ds1", "1.7.26")]
    [InlineData("containerd", "v1.7.25", "1.7.26")]
    [InlineData("containerd", "1.6.33", "1.7.26")]
    [InlineData("cri-o", "1.31.4", "1.32.0")]
    [InlineData("CRI-O", "1.31.4", "1.32.0")]
    public void An_engine_that_ignores_devices_is_named_with_the_version_to_update_to(string engine, string version, string needed)
    {
        string? warning = EngineSupport.Warning(engine, version);

        Assert.NotNull(warning);
        Assert.Contains($"{engine} {version}", warning, StringComparison.Ordinal);
        Assert.Contains($"{needed} or newer", warning, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("IN-91")]
    [InlineData("containerd", "1.7.26")]
    [InlineData("containerd", "1.7.100")]
    [InlineData("containerd", "2.1.9+unknown")]
    [InlineData("containerd", "v2.0.0")]
    [InlineData("cri-o", "1.32.0")]
    [InlineData("other", "0.1.0")]
    [InlineData("containerd", "unknown")]
    [InlineData("containerd", "")]
    public void Engines_that_inject_and_engines_that_nobody_knows_are_not_warned_of(string engine, string version) =>
        Assert.Null(EngineSupport.Warning(engine, version));
}
