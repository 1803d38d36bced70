using GpuContainers.Cdi;
using GpuContainers.Generation.Modes;

namespace GpuContainers.Generation.Tests.Modes;

public sealed class DeviceNamingTests
{
    private static readonly DeviceEntry s_gpu = new(3, null, "GPU-a", ContainerEdits.Empty);
    private static readonly DeviceEntry s_mig = new(3, 1, "MIG-a", ContainerEdits.Empty);

    [Theory]
    [Requirement("GN-8")]
    [InlineData(DeviceNameStrategy.Index, "3 3:1")]
    [InlineData(DeviceNameStrategy.TypeIndex, "gpu3 mig3:1")]
    [InlineData(DeviceNameStrategy.Uuid, "GPU-a MIG-a")]
    public void Each_strategy_has_its_names(DeviceNameStrategy strategy, string names) =>
        Assert.Equal(names, string.Join(' ', DeviceNaming.Name([s_gpu, s_mig], [strategy]).Select(static device => device.Name)));

    [Fact]
    [Requirement("GN-8", "GN-10")]
    public void A_repeated_strategy_adds_nothing() => Assert.Equal(
        ["GPU-a", "3"], DeviceNaming.Name([s_gpu], [DeviceNameStrategy.Uuid, DeviceNameStrategy.Index, DeviceNameStrategy.Uuid])
            .Select(static device => device.Name));

    [Fact]
    [Requirement("GN-8", "GN-30")]
    public void A_device_without_any_name_is_an_error()
    {
        var error = Assert.Throws<GenerationException>(() => DeviceNaming.Name([s_gpu with { Uuid = "" }], [DeviceNameStrategy.Uuid]));
        Assert.Equal(GenerationStep.Options, error.Step);
        Assert.StartsWith("no names defined", error.Message, StringComparison.Ordinal);
        Assert.Single(DeviceNaming.Name([s_gpu with { Uuid = "" }], [DeviceNameStrategy.Uuid, DeviceNameStrategy.Index]));
    }

    // The older form of MIG UUIDs is not a name.
    [Fact]
    [Requirement("GN-9", "GN-60")]
    public void Names_must_be_names_of_CDI()
    {
        IReadOnlyList<CdiDevice> devices = DeviceNaming.Name(
            [s_mig with { Uuid = "MIG-GPU-a/1/0", Edits = new ContainerEdits { Env = ["A=1"] } }], [DeviceNameStrategy.Uuid]);
        var error = Assert.Throws<CdiException>(() => new CdiSpec { Version = "0.5.0", Kind = "nvidia.com/gpu", Devices = devices }.EnsureValid());
        Assert.Contains("invalid character '/' in device name", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("GN-1")]
    public void The_words_of_modes_are_known_in_any_case()
    {
        Assert.Equal(["auto", "csv", "gdrcopy", "gds", "imex", "management", "mofed", "nvml", "nvswitch", "wsl"],
            GenerationModeText.All.Select(static mode => mode.ToText()));
        Assert.Equal(Enum.GetValues<GenerationMode>(), GenerationModeText.All);
        Assert.All(GenerationModeText.All, static mode => Assert.Equal(mode, GenerationModeText.Parse(mode.ToText().ToUpperInvariant())));
        Assert.Null(GenerationModeText.Parse("magic"));
        Assert.Null(GenerationModeText.Parse(""));
    }

    // Asked for by the flag, told of full GPUs alone.
    [Fact]
    [Requirement("GN-16")]
    public void Coherence_is_an_annotation_of_full_GPUs()
    {
        using SimulatedTree host = SimulatedTree.Of("gh200");
        var options = new GenerationOptions { Mode = GenerationMode.Nvml, NameStrategies = [DeviceNameStrategy.Index, DeviceNameStrategy.TypeIndex] };
        Assert.All(host.Generate(options).Devices, static device => Assert.Empty(device.Annotations));
        CdiSpec spec = host.Generate(options with { FeatureFlags = [FeatureFlag.CoherentAnnotations] });
        Assert.Equal(
            ["0=false", "1=true", "gpu0=false", "gpu1=true"],
            spec.Devices.Select(static device => $"{device.Name}={device.Annotations["gpu.nvidia.com/coherent"]}"));
        Assert.Equal("0.6.0", spec.Version);

        using SimulatedTree mig = SimulatedTree.Of("a100-mig");
        Assert.All(
            mig.Generate(options with { FeatureFlags = [FeatureFlag.CoherentAnnotations] }).Devices.Where(
                static device => device.Name.Contains(':', StringComparison.Ordinal)),
            static device => Assert.Empty(device.Annotations));
    }
}
