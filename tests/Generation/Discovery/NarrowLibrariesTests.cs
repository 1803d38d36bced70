using GpuContainers.Cdi;

namespace GpuContainers.Generation.Tests.Discovery;

/// <summary>The driver's libraries for 32-bit programs.</summary>
public sealed class NarrowLibrariesTests
{
    private const string Narrow = "/usr/lib/i386-linux-gnu";
    private const string Version = "570.133.20";
    private static readonly GenerationOptions s_wanted = new() { Mode = GenerationMode.Nvml, FeatureFlags = [FeatureFlag.Compat32] };

    [Fact]
    [Requirement("DS-140")]
    public void They_come_on_request_with_their_links_and_their_folder_in_the_cache()
    {
        using SimulatedTree host = SimulatedTree.Of("lib64");
        host.Link(Narrow + "/libcuda.so", "libcuda.so.1");
        ContainerEdits usual = host.Parts().Driver.Find();
        ContainerEdits edits = host.Parts(s_wanted).Driver.Find();
        Assert.DoesNotContain(host.Mounts(usual), static path => path.Contains("i386", StringComparison.Ordinal));
        Assert.Equal([$"{Narrow}/libcuda.so.{Version}", $"{Narrow}/libnvidia-ml.so.{Version}"], host.Mounts(edits).Except(host.Mounts(usual)));
        Assert.Equal(
            [$"libcuda.so.1::{Narrow}/libcuda.so", $"libcuda.so.{Version}::{Narrow}/libcuda.so.1", $"libnvidia-ml.so.{Version}::{Narrow}/libnvidia-ml.so.1"],
            host.Links(edits).Except(host.Links(usual)));
        Assert.Contains($"update-ldcache --folder /usr/lib64 --folder {Narrow}", host.Hooks(edits));
        // Programs ask this variable for the library of their own kind.
        Assert.Equal(usual.Env, edits.Env);
    }

    // Everything by its class and machine: what lies in the folder proves nothing.
    [Theory]
    [Requirement("DS-140")]
    [InlineData("/usr/lib32", true)]
    [InlineData("/lib32", true)]
    [InlineData("/usr/lib", true)] // this host has its 64-bit libraries in lib64
    [InlineData("/usr/lib/i386-linux-gnu/vdpau", true)]
    [InlineData("/usr/lib/i386-linux-gnu/nvidia/current", true)]
    [InlineData("/opt/lib32", false)]
    public void They_are_found_where_distributions_put_them(string folder, bool found)
    {
        using SimulatedTree host = SimulatedTree.Of("lib64");
        string name = $"{folder}/libnvidia-tls.so.{Version}";
        host.Write(name);
        File.Copy(host.At($"{Narrow}/libcuda.so.{Version}"), host.At(name), overwrite: true);
        Assert.Equal(found, host.Mounts(host.Parts(s_wanted).Driver.Find()).Contains(name));
    }

    [Fact]
    [Requirement("DS-140")]
    public void A_library_of_another_kind_is_left_out_wherever_it_lies()
    {
        using SimulatedTree host = SimulatedTree.Of("lib64");
        host.Write($"{Narrow}/libnvidia-wide.so.{Version}");
        File.Copy(host.At($"/usr/lib64/libcuda.so.{Version}"), host.At($"{Narrow}/libnvidia-wide.so.{Version}"), overwrite: true);
        host.Write($"{Narrow}/libnvidia-text.so.{Version}", "not a library\n");
        byte[] other = File.ReadAllBytes(host.At($"{Narrow}/libcuda.so.{Version}"));
        other[18] = 8; // e_machine of MIPS
        host.Write($"{Narrow}/libnvidia-mips.so.{Version}");
        File.WriteAllBytes(host.At($"{Narrow}/libnvidia-mips.so.{Version}"), other);
        Assert.Equal(
            [$"{Narrow}/libcuda.so.{Version}", $"{Narrow}/libnvidia-ml.so.{Version}"],
            host.Mounts(host.Parts(s_wanted).Driver.Find()).Where(static path => path.StartsWith(Narrow, StringComparison.Ordinal)));
    }

    // There /usr/lib holds the 64-bit libraries themselves, each of them once.
    [Fact]
    [Requirement("DS-140")]
    public void A_host_without_them_gives_what_it_gives_otherwise()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        Assert.Equal(host.Mounts(host.Parts().Driver.Find()), host.Mounts(host.Parts(s_wanted).Driver.Find()));
    }
}
