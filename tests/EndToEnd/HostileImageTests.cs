namespace GpuContainers.EndToEnd.Tests;

/// <summary>
/// Images that try to reach the host through the toolkit, each named after the flaw of NVIDIA's toolkit that it would have used (guide to security, M1 to M4).
/// The canary is a folder of the host outside every container; nothing in it may change, and nothing of it may be seen in the container.
/// </summary>
public sealed class HostileImageTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private const string Canary = CanaryHost.Canary;
    private static readonly string Libraries = Machine.LibraryFolder;

    private SimulatedHost Host => fixture.Host;

    // M1: compat libraries of the image were checked, then mounted by the host's view of their path.
    [Theory]
    [InlineData("/")]
    [InlineData(Canary)]
    [InlineData("../../../../../../../../run/canary")]
    [InlineData("libcuda.so.999.1")]
    public void CVE_2024_0132_and_CVE_2025_23359_compat_library_that_is_a_link(string target)
    {
        Container container = fixture.Prepare();
        string compat = Host.At(container.Rootfs) + "/usr/local/cuda/compat";
        Directory.CreateDirectory(compat);
        File.CreateSymbolicLink(compat + "/libcuda.so.999.1", target);
        ContainerResult result = container.Run("cat /proc/self/mountinfo; ls /usr/lib /usr/local/cuda/compat; cat $(find / -name secret -xdev) </dev/null");
        fixture.AssertUntouched(result.Output);
        Assert.All(
            result.Specification["mounts"]!.AsArray(), m => Assert.DoesNotContain(container.Bundle, (string?)m!["source"] ?? "", StringComparison.Ordinal));
    }

    // M2: links were made by path, so that a link in the image led them out of it.
    [Fact]
    public void CVE_2024_0133_and_CVE_2024_0134_and_CVE_2026_24260_library_folder_that_is_a_link_to_the_host()
    {
        Container container = fixture.Prepare();
        string root = Host.At(container.Rootfs);
        // The loader and the C library stay reachable in /lib64 and /lib.
        Directory.Move(root + Libraries, root + "/usr/lib/real");
        File.CreateSymbolicLink(root + Libraries, Canary);
        ContainerResult result = container.Run("cat /proc/self/mountinfo");
        fixture.AssertUntouched(result.Output);
    }

    [Fact]
    public void CVE_2024_0134_link_names_that_exist_as_links_to_the_host()
    {
        Container container = fixture.Prepare();
        string folder = Host.At(container.Rootfs) + Libraries;
        foreach (string name in (string[])["libcuda.so.1", "libcuda.so", "libnvidia-ml.so.1"])
            File.CreateSymbolicLink($"{folder}/{name}", Canary + "/made");
        ContainerResult result = container.Run("probe libcuda.so.1").Succeeded();
        fixture.AssertUntouched(result.Output);
        Assert.Contains("libcuda.so.1: loaded", result.Output, StringComparison.Ordinal);
    }

    // M3: the cache was written by a program that followed the image's links.
    [Theory]
    [InlineData("etc/ld.so.cache")]
    [InlineData("etc/ld.so.cache~")]
    [InlineData("etc/ld.so.conf")]
    [InlineData("etc/ld.so.conf.d")]
    [InlineData("var/cache/ldconfig/aux-cache")]
    public void CVE_2025_23267_files_of_the_cache_that_are_links_to_the_host(string path)
    {
        Container container = fixture.Prepare();
        string link = Path.Combine(Host.At(container.Rootfs), path);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, Canary + "/secret");
        fixture.AssertUntouched(container.Run("probe libcuda.so.1").Output);
    }

    [Fact]
    public void CVE_2025_23267_etc_that_is_a_link_to_the_host()
    {
        Container container = fixture.Prepare();
        string root = Host.At(container.Rootfs);
        Directory.Delete(root + "/etc", recursive: true);
        File.CreateSymbolicLink(root + "/etc", Canary);
        fixture.AssertUntouched(container.Run("probe libcuda.so.1").Output);
    }

    // A pipe by that name would keep a reader waiting for ever, and the container start with it.
    [Fact]
    public void A_pipe_as_ld_so_conf_does_not_hang_the_start()
    {
        Container container = fixture.Prepare();
        Host.Run("mkfifo", container.Rootfs + "/etc/ld.so.conf", container.Rootfs + "/etc/ld.so.cache").Succeeded();
        container.Run("true").Succeeded();
    }

    // M3: ldconfig of the host could be overwritten, ldconfig of the image was run by the host.
    [Theory]
    [InlineData("sbin/ldconfig")]
    [InlineData("sbin/ldconfig.real")]
    [InlineData("usr/sbin/ldconfig")]
    public void CVE_2024_0135_and_CVE_2024_0136_and_CVE_2024_0137_ldconfig_of_the_image_is_not_run(string path)
    {
        Container container = fixture.Prepare();
        string program = Path.Combine(Host.At(container.Rootfs), path);
        Directory.CreateDirectory(Path.GetDirectoryName(program)!);
        ProgramFile.Write(program, $"#!/bin/sh\ntouch /ran {Canary}/ran\n");
        string before = Host.Shell("cat $(readlink -f /sbin/ldconfig) | sha256sum").Succeeded().Output;
        ContainerResult result = container.Run("ls /").Succeeded();
        fixture.AssertUntouched(result.Output);
        Assert.DoesNotContain("ran", result.Lines);
        Assert.Equal(before, Host.Shell("cat $(readlink -f /sbin/ldconfig) | sha256sum").Succeeded().Output);
    }

    // M4: runc up to 1.2 starts hooks in the container's root with the container's environment, unless they have one of their own.
    [Fact]
    public void CVE_2025_23266_LD_PRELOAD_of_the_image_reaches_no_hook()
    {
        Container container = fixture.Prepare();
        PlantLibrary(container);
        ContainerResult result = container.With(
            "NVIDIA_VISIBLE_DEVICES=all", "LD_PRELOAD=/proc/self/cwd/poc.so", "DOTNET_EnableEventPipe=1", $"DOTNET_EventPipeOutputPath={Canary}/trace")
            .Run("true").Succeeded();
        fixture.AssertUntouched(result.Output);
        Assert.All(
            result.Specification["hooks"]!["createContainer"]!.AsArray(),
            static h => Assert.NotEmpty(h!["env"]!.AsArray()));
    }

    // A specification of an older release leaves hooks without an environment; then only the static program stands between (guide, M4).
    [Fact]
    public void CVE_2025_23266_a_hook_without_an_environment_of_its_own_is_safe_too()
    {
        Container container = fixture.Prepare();
        PlantLibrary(container);
        container.Specification["hooks"] = System.Text.Json.Nodes.JsonNode.Parse(
            """{"createContainer":[{"path":"/usr/bin/nvidia-cdi-hook","args":["nvidia-cdi-hook","update-ldcache","--folder","/usr/lib"]}]}""");
        ContainerResult result = container.With("LD_PRELOAD=/proc/self/cwd/poc.so").Run("true").Succeeded();
        fixture.AssertUntouched(result.Output);
    }

    // "none" showed device nodes up to 1.18.1 of NVIDIA's toolkit: a bug of isolation without a number.
    [Fact]
    public void None_shows_no_GPU_even_to_a_privileged_container()
    {
        Container container = fixture.Prepare().With("NVIDIA_VISIBLE_DEVICES=none");
        foreach (string set in (string[])["bounding", "effective", "permitted"])
            container.Specification["process"]!["capabilities"]![set]!.AsArray().Add("CAP_SYS_ADMIN");
        ContainerResult result = container.Run("ls /dev; true").Succeeded();
        Assert.DoesNotContain(result.Lines, static l => l is "nvidia0" or "nvidia1");
    }

    // CVE-2026-41579 is runc's own: with /dev a link it makes its own links ("fd", "stdin") where that leads. What counts here is what comes on top of it.
    [Theory]
    [InlineData("dev", Canary)]
    [InlineData("dev", "/etc")]
    [InlineData("proc", Canary)]
    public void CVE_2026_41579_base_folders_that_are_links(string folder, string target)
    {
        string WithRequest(string request)
        {
            Container container = fixture.Prepare().With("NVIDIA_VISIBLE_DEVICES=" + request);
            string path = Path.Combine(Host.At(container.Rootfs), folder);
            Directory.Delete(path, recursive: true);
            File.CreateSymbolicLink(path, target);
            _ = container.Run("true");
            return Host.Shell($"ls -lR --time-style=+ {Canary}; ls /etc").Succeeded().Output;
        }
        Assert.Equal(WithRequest("void"), WithRequest("all"));
    }

    [Fact]
    public void A_chain_of_links_and_a_loop_end_in_an_error_or_in_the_image()
    {
        Container container = fixture.Prepare();
        string root = Host.At(container.Rootfs);
        Directory.CreateDirectory(root + "/usr/local/cuda");
        File.CreateSymbolicLink(root + "/usr/local/cuda/compat", "../cuda/compat");
        for (int i = 0; i < 45; i++)
            File.CreateSymbolicLink($"{root}/etc/link{i}", $"link{i + 1}");
        File.CreateSymbolicLink(root + "/etc/link45", Canary);
        File.CreateSymbolicLink(root + "/etc/ld.so.conf", "link0");
        fixture.AssertUntouched(container.Run("probe libcuda.so.1").Succeeded().Output);
    }

    private void PlantLibrary(Container container)
    {
        string source = $$"""
            #include <fcntl.h>
            __attribute__((constructor)) static void run(void) { open("{{Canary}}/ran", O_CREAT | O_WRONLY, 0644); }
            """;
        File.Copy(NativeTool.Compile(source, "poc.so", "-shared", "-fPIC"), Host.At(container.Rootfs) + "/poc.so");
        // The weapon must be sharp: a dynamic program that is preloaded leaves the trace.
        Host.Run(["/bin/true"], [new("LD_PRELOAD", container.Rootfs + "/poc.so")]).Succeeded();
        Assert.Contains("ran", Host.Shell($"ls {Canary}").Output, StringComparison.Ordinal);
        fixture.PrepareCanary();
    }
}
