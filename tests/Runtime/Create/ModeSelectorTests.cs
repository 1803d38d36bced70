using GpuContainers.Runtime.Create;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create;

public sealed class ModeSelectorTests
{
    // The table of RT-147.
    [Theory]
    [Requirement("RT-140", "RT-141")]
    [InlineData("auto", "nvidia.com/gpu=0", true, false, "cdi")]
    [InlineData("auto", "runtime.nvidia.com/gpu=0", true, true, "cdi")]
    [InlineData("auto", "0", false, false, "jit-cdi")]
    [InlineData("auto", "0", false, true, "csv")]
    [InlineData("cdi", "all", false, true, "cdi")]
    [InlineData("Auto", "0", false, false, "Auto")]
    [InlineData("", "0", false, false, "")]
    public void The_mode_follows_configuration_request_and_platform(string configured, string device, bool qualified, bool tegra, string expected)
    {
        Assert.Equal(expected, ModeSelector.Resolve(configured, [device], qualified, RuntimeMode.JitCdi, () => tegra, out string message));
        Assert.Equal(configured == "auto" ? $"Auto-detected mode as '{expected}'" : $"Using requested mode '{expected}'", message);
    }

    [Fact]
    [Requirement("RT-145")]
    public void Where_nothing_is_asked_for_the_host_is_not_looked_at() =>
        Assert.Equal("jit-cdi", ModeSelector.Resolve("auto", [], false, RuntimeMode.JitCdi, () => throw new InvalidOperationException("looked"), out _));

    [Theory]
    [Requirement("RT-147")]
    [InlineData("", "a mode must be specified")]
    [InlineData("magic", "invalid mode \"magic\"")]
    [InlineData("auto", "invalid mode \"auto\"")]
    [InlineData("CDI", "invalid mode \"CDI\"")]
    public void A_mode_must_exist(string mode, string beginning)
    {
        CoreException error = Assert.Throws<CoreException>(() => ModeSelector.Parse(mode));
        Assert.StartsWith(beginning, error.Message, StringComparison.Ordinal);
        foreach (string valid in (string[])["cdi", "jit-cdi", "csv", "legacy"])
            ModeSelector.Parse(valid);
    }

    // The rows of the table that files can show.
    [Theory]
    [Requirement("RT-142", "RT-143", "RT-144")]
    [InlineData(true, true, true, false, false)]
    [InlineData(false, true, false, false, true)]
    [InlineData(false, true, true, true, false)]
    [InlineData(false, false, true, true, false)]
    [InlineData(false, false, false, false, false)]
    public void The_platform_is_told_by_files(bool dxcore, bool tegraFiles, bool nvml, bool gpus, bool isTegra)
    {
        using var host = gpus ? new FakeHost(0) : new FakeHost();
        if (!nvml)
            Directory.Delete(host.At("usr"), recursive: true);
        if (tegraFiles)
            host.AddFile("sys/devices/soc0/family", "Tegra\n");
        if (dxcore)
            host.AddFile("usr/lib/x86_64-linux-gnu/libdxcore.so");
        var root = new GpuContainers.Host.Driver.DriverRoot(new GpuContainers.Host.Files.FileTree(), host.Root);
        GpuContainers.Host.PlatformKind kind = GpuContainers.Host.Platform.Resolve(
            root, new GpuContainers.Host.Gpus.NvidiaProc(root.Files, host.Root), new GpuContainers.Host.Driver.DxCoreLibrary(host.Context, []));
        Assert.Equal(isTegra, kind == GpuContainers.Host.PlatformKind.Tegra);
    }
}
