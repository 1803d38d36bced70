namespace GpuContainers.Generation.Tests.Modes;

/// <summary>Which hooks a document has.</summary>
[Requirement("DS-85", "DS-86")]
public sealed class HookSelectionTests
{
    [Theory]
    [InlineData("", "", "create-symlinks create-symlinks enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile",
        "create-symlinks apply-cuda-memory-limits")]
    [InlineData("all", "", "", "")]
    [InlineData("all", "update-ldcache", "update-ldcache", "")]
    [InlineData("update-ldcache", "update-ldcache",
        "create-symlinks create-symlinks enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile",
        "create-symlinks apply-cuda-memory-limits")]
    [InlineData("create-symlinks enable-cuda-compat", "", "update-ldcache disable-device-node-modification update-application-profile",
        "apply-cuda-memory-limits")]
    [InlineData("apply-cuda-memory-limits", "",
        "create-symlinks create-symlinks enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile", "create-symlinks")]
    [InlineData(
        "bogus", "chmod", "create-symlinks create-symlinks enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile",
        "create-symlinks chmod apply-cuda-memory-limits")]
    [InlineData("all", "chmod", "", "chmod")]
    public void Enabling_wins_over_disabling(string disabled, string enabled, string common, string device)
    {
        using SimulatedTree host = SimulatedTree.OfText("""{ "driver": { "version": "570.133.20" }, "gpus": [ { "drm": true } ] }""");
        Cdi.CdiSpec spec = host.Generate(new GenerationOptions { Mode = GenerationMode.Nvml, DisabledHooks = Words(disabled), EnabledHooks = Words(enabled) });
        Assert.Equal(common, string.Join(' ', spec.ContainerEdits.HookNames()));
        Assert.Equal(device, string.Join(' ', spec.Devices[0].ContainerEdits.HookNames()));
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
