using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>What an image may not give itself, and what the low-level runtime may not get from us.</summary>
public sealed class GrantTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private const string Evil = """{"cdiVersion":"0.6.0","kind":"evil.example/dev","devices":[{"name":"all","containerEdits":{"deviceNodes":[{"path":"/dev/evil","hostPath":"/dev/null"}]}}]}""";

    private SimulatedHost Host => fixture.Host;

    // An engine let annotations of an image through to config.json. Only those with a configured prefix count, and the kinds are the administrator's.
    [Theory]
    [InlineData("org.opencontainers.image.cdi.k8s.io/x", false)]
    [InlineData("io.kubernetes.cri.cdi.k8s.io/x", false)]
    [InlineData("cdi.k8s.io", false)]
    [InlineData("CDI.k8s.io/x", false)]
    [InlineData("cdi.k8s.io/x", true)]
    public void CVE_2026_53492_only_annotations_with_a_configured_prefix_name_devices(string key, bool isGranted)
    {
        Container container = fixture.Prepare().With();
        Directory.CreateDirectory(Host.At("/etc/cdi"));
        File.WriteAllText(Host.At("/etc/cdi/evil.json"), Evil);
        container.Specification["annotations"] = new JsonObject { [key] = "evil.example/dev=all" };
        ContainerResult result = container.Run("ls /dev").Succeeded();
        File.Delete(Host.At("/etc/cdi/evil.json"));
        Assert.Equal(isGranted, result.Lines.Contains("evil"));
    }

    // A specification that the image brings along describes nothing, under whatever prefix it is asked for.
    [Theory]
    [InlineData("evil.example/dev=all")]
    [InlineData("/etc/cdi/evil.json")]
    [InlineData("../../etc/cdi/evil")]
    public void CVE_2026_53492_a_specification_in_the_image_describes_nothing(string device)
    {
        Container container = fixture.Prepare().With();
        string folder = Host.At(container.Rootfs) + "/etc/cdi";
        Directory.CreateDirectory(folder);
        File.WriteAllText(folder + "/evil.json", Evil);
        container.Specification["annotations"] = new JsonObject { ["cdi.k8s.io/x"] = device };
        ContainerResult result = container.Run("ls /dev");
        Assert.DoesNotContain("evil", result.Lines);
        Assert.Null(result.Specification["linux"]!["devices"]);
    }

    // A descriptor of the host that leaks into the low-level runtime can become a container's working folder.
    [Fact]
    public void CVE_2024_21626_the_low_level_runtime_gets_no_descriptor_of_ours()
    {
        Container container = fixture.Prepare();
        string lister = container.Bundle + "/lister", list = container.Bundle + "/descriptors", configuration = container.Bundle + "/config.toml";
        ProgramFile.Write(Host.At(lister), $"#!/bin/sh\nls -l /proc/$$/fd >{list}\nexec runc \"$@\"\n");
        File.WriteAllText(Host.At(configuration), $"[nvidia-container-runtime]\nruntimes = [\"{lister}\"]\n");
        string direct = Descriptors(container, lister, list);
        container.Runtime = $"env NVIDIA_CTK_CONFIG_FILE_PATH={configuration} nvidia-container-runtime";
        container.Run("ls /dev").Succeeded();
        Assert.Equal(direct, Masked(File.ReadAllText(Host.At(list))));
    }

    private string Descriptors(Container container, string lister, string list)
    {
        Host.Shell($"{lister} --root /run/e2e/state state {container.Id} >/dev/null 2>/dev/null </dev/null; true").Succeeded();
        return Masked(File.ReadAllText(Host.At(list)));
    }

    // The numbers alone: the first three lead to what the test gave each time, the rest is the shell's own.
    private static string Masked(string list) =>
        string.Join(' ', list.Split('\n').Where(static l => l.Contains(" -> ", StringComparison.Ordinal))
            .Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^3]).Order(StringComparer.Ordinal));
}
