using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;
using GpuContainers.Host.Gpus;

namespace GpuContainers.Host.Tests;

public sealed class PlatformTests
{
    [Theory]
    [Requirement("NV-22", "NV-23")]
    [InlineData("h200x2", PlatformKind.Nvml)]
    [InlineData("lib64", PlatformKind.Nvml)]
    [InlineData("mig-two-gpus", PlatformKind.Nvml)]
    [InlineData("nvml-crashes", PlatformKind.Nvml)]
    [InlineData("nvml-missing", PlatformKind.Unknown)]
    [InlineData("bare", PlatformKind.Unknown)]
    [InlineData("orin", PlatformKind.Tegra)]
    [InlineData("thor", PlatformKind.Tegra)]
    public void A_host_is_told_by_its_facts(string name, PlatformKind expected)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        Assert.Equal(expected, Resolve(host));
    }

    [Fact]
    [Requirement("NV-23")]
    public void Dxcore_decides_before_everything_else()
    {
        using SimulatedTree host = SimulatedTree.Of("thor");
        host.Write("/usr/lib64/libdxcore.so");
        Assert.Equal(PlatformKind.Wsl, Resolve(host));
    }

    // Beside a driver whose kernel module lists discrete GPUs, the files of a Tegra do not count.
    [Fact]
    [Requirement("NV-22")]
    public void A_Tegra_with_discrete_GPUs_alone_is_an_NVML_host()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        host.Write("/etc/nv_tegra_release", "# R36\n");
        Assert.Equal(PlatformKind.Nvml, Resolve(host));
    }

    [Theory]
    [Requirement("NV-22")]
    [InlineData("/etc/nv_tegra_release", "", PlatformKind.Tegra)]
    [InlineData("/sys/devices/soc0/family", "TEGRA234\n", PlatformKind.Tegra)]
    [InlineData("/sys/devices/soc0/family", "Snapdragon\n", PlatformKind.Unknown)]
    public void A_Tegra_is_known_by_its_release_file_or_the_family_of_its_chip(string path, string text, PlatformKind expected)
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        host.Write(path, text);
        Assert.Equal(expected, Resolve(host));
    }

    // Below a root other than "/" in six folders, links followed inside it.
    [Theory]
    [Requirement("NV-21")]
    [InlineData("/usr/lib64", true)]
    [InlineData("/usr/lib/x86_64-linux-gnu", true)]
    [InlineData("/usr/lib/aarch64-linux-gnu", true)]
    [InlineData("/lib64", true)]
    [InlineData("/lib/x86_64-linux-gnu", true)]
    [InlineData("/lib/aarch64-linux-gnu", true)]
    [InlineData("/usr/lib", false)]
    [InlineData("/opt/lib", false)]
    public void A_library_is_known_by_its_folder(string folder, bool found)
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        host.Write("/opt/real/libgpu.so.1.2");
        host.Link($"{folder}/libgpu.so.1", "/opt/real/libgpu.so.1.2");
        host.Link($"{folder}/libgone.so.1", "/opt/real/gone");
        var root = new DriverRoot(new FileTree(), host.Root);
        Assert.Equal(found, Platform.HasLibrary(root, "libgpu.so.1"));
        Assert.False(Platform.HasLibrary(root, "libgone.so.1"));
    }

    [Fact]
    [Requirement("NV-21")]
    public void The_machines_own_libraries_are_found_as_its_loader_finds_them() =>
        Assert.True(Platform.HasLibrary(new DriverRoot(new FileTree()), "libc.so.6"));

    private static PlatformKind Resolve(SimulatedTree host)
    {
        var files = new FileTree();
        HostContext context = new() { Files = files, SystemRoot = host.Root };
        return Platform.Resolve(new DriverRoot(files, host.DriverRoot), new NvidiaProc(files, host.Root), new DxCoreLibrary(context, []));
    }
}
