using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>Libraries, programs and variables in a container, through real runc and our hooks.</summary>
public sealed class DriverFilesTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private static readonly string Libraries = Machine.LibraryFolder;

    [Fact]
    public void The_dynamic_loader_finds_the_driver()
    {
        ContainerResult result = new Container(fixture.Host).Run("probe libcuda.so.1 libcuda.so libnvidia-ml.so.1 libnvidia-ptxjitcompiler.so.1").Succeeded();
        Assert.DoesNotContain("not loaded", result.Output, StringComparison.Ordinal);
        Assert.Contains("CUDA 12.8", result.Output, StringComparison.Ordinal);
    }

    // The image's own folders come first in the loader's search; only the cache leads to a folder like this.
    [Fact]
    public void The_cache_leads_to_libraries_in_a_folder_that_the_loader_does_not_know()
    {
        using SimulatedHost host = SimulatedHost.Start("custom-folder");
        ContainerResult result = new Container(host).Run("probe libcuda.so.1").Succeeded();
        Assert.Contains("loaded from /opt/nvidia/lib/libcuda.so.1", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_existing_cache_keeps_leading_to_the_images_own_libraries()
    {
        var container = new Container(fixture.Host);
        string rootfs = fixture.Host.At(container.Rootfs);
        Directory.CreateDirectory(rootfs + "/opt/own");
        File.Copy(fixture.Host.At(Libraries + "/libnvidia-cfg.so.1"), rootfs + "/opt/own/libnvidia-cfg.so.1");
        File.WriteAllText(rootfs + "/etc/ld.so.conf", "/opt/own\n");
        fixture.Host.Run("ldconfig", "-r", container.Rootfs).Succeeded();
        ContainerResult result = container.Run("probe libcuda.so.1 libnvidia-cfg.so.1").Succeeded();
        Assert.Contains("libcuda.so.1: loaded", result.Output, StringComparison.Ordinal);
        Assert.Contains("libnvidia-cfg.so.1: loaded", result.Output, StringComparison.Ordinal);
    }

    // Debian's folders are searched also where the image does not say that it is Debian's.
    [Fact]
    [Requirement("HK-72")]
    public void The_cache_lists_the_images_own_C_library_wherever_Debian_keeps_it()
    {
        var container = new Container(fixture.Host);
        string root = fixture.Host.At(container.Rootfs), folder = Libraries["/usr".Length..];
        File.Delete(root + "/lib");
        Directory.CreateDirectory(root + folder);
        foreach (string file in Directory.GetFiles(root + Libraries, "lib*.so.*"))
            File.Move(file, $"{root}{folder}/{Path.GetFileName(file)}");
        container.Run("probe libcuda.so.1").Succeeded();
        string listed = fixture.Host.Run("ldconfig", "-r", container.Rootfs, "-p").Succeeded().Output;
        Assert.Contains($" => {folder}/libc.so.6", listed, StringComparison.Ordinal);
        Assert.Contains($" => {Libraries}/libcuda.so.1", listed, StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_are_there_and_run() =>
        Assert.Contains("NVIDIA-SMI", new Container(fixture.Host).Run("nvidia-smi").Succeeded().Output, StringComparison.Ordinal);

    [Fact]
    [Requirement("RT-178")]
    public void The_request_is_answered_for_inner_runtimes_by_void()
    {
        ContainerResult result = new Container(fixture.Host).Run("true").Succeeded();
        List<string> variables = [.. result.Specification["process"]!["env"]!.AsArray().Select(static v => (string)v!)];
        Assert.Equal("NVIDIA_VISIBLE_DEVICES=void", variables.Last(static v => v.StartsWith("NVIDIA_VISIBLE_DEVICES=", StringComparison.Ordinal)));
    }

    [Fact]
    public void Mounts_are_read_only_and_without_set_id_and_devices()
    {
        ContainerResult result = new Container(fixture.Host)
            .Run($"grep {Libraries}/libcuda.so /proc/self/mountinfo; touch {Libraries}/libcuda.so.570.133.20 2>&1").Succeeded();
        Assert.Contains("ro,nosuid,nodev", result.Output, StringComparison.Ordinal);
        Assert.Contains("Read-only", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_only_root_works_too()
    {
        var container = new Container(fixture.Host);
        container.Specification["root"]!["readonly"] = true;
        ContainerResult result = container.Run("probe libcuda.so.1; touch /x 2>&1").Succeeded();
        Assert.Contains("libcuda.so.1: loaded", result.Output, StringComparison.Ordinal);
        Assert.Contains("Read-only", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_user_than_root_may_use_the_devices()
    {
        var container = new Container(fixture.Host);
        container.Specification["process"]!["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000 };
        ContainerResult result = container.Run("probe libcuda.so.1; [ -r /dev/nvidia0 ] && [ -w /dev/nvidia0 ] && echo usable").Succeeded();
        Assert.Contains("libcuda.so.1: loaded", result.Output, StringComparison.Ordinal);
        Assert.Contains("usable", result.Output, StringComparison.Ordinal);
    }
}
