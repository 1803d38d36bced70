using System.Collections.Concurrent;
using System.Text;
using GpuContainers.Nri;
using Grpc.Core;

namespace GpuContainers.EndToEnd.Tests.Pods;

/// <summary>The NRI plugin with real engines: devices by annotation, for pods that are made through CRI.</summary>
public sealed class NriTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private const string Devices = "ls /dev | grep '^nvidia[0-9]' | tr '\\n' ' '";
    private const string Annotation = "nvidia.cdi.k8s.io";
    private readonly BlockingCollection<string> _log = [];

    [Fact]
    [Requirement("IN-87", "IN-88")]
    public async Task Containers_get_the_devices_that_their_pods_annotations_name()
    {
        using PodEngine engine = StartEngine("containerd-2");
        await using NriPlugin plugin = await StartAsync(engine);

        Assert.Equal("nvidia1", Run(engine, "default", (Annotation, "nvidia.com/gpu=1")));
        Assert.Equal("nvidia0", Run(engine, "default", (Annotation + "/container.c", "nvidia.com/gpu=0, nvidia.com/gpu=0"), (Annotation, "nvidia.com/gpu=1")));
        Assert.Equal("", Run(engine, "default", (Annotation + "/container.other", "nvidia.com/gpu=1")));
        Assert.Equal("nvidia0 nvidia1", Run(engine, "gpu-operator", (Annotation, "management.nvidia.com/gpu=all")));
        Assert.Equal("", Run(engine, "default", (Annotation, "management.nvidia.com/gpu=all")));

        Assert.Contains(_log, static line => line.StartsWith("Info: no CDI device is injected into container c of pod default/", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("IN-90")]
    public async Task A_container_whose_device_nobody_knows_is_not_created()
    {
        using PodEngine engine = StartEngine("containerd-2");
        await using NriPlugin plugin = await StartAsync(engine);
        using Pod pod = new(engine, annotations: (Annotation, "nvidia.com/gpu=7"));

        RpcException refused = Assert.Throws<RpcException>(() => pod.Run("true"));

        Assert.Contains("nvidia.com/gpu=7", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-83")]
    public async Task An_answer_of_many_frames_arrives_whole()
    {
        using PodEngine engine = StartEngine("containerd-2");
        string[] names = [.. Enumerable.Range(0, 300).Select(static i => $"device-with-a-rather-long-name-{i:D4}")];
        StringBuilder specification = new("cdiVersion: 0.5.0\nkind: example.com/many\ndevices:\n");
        for (int i = 0; i < names.Length; i++)
            specification.Append($"- name: {names[i]}\n  containerEdits:\n    env: [DEVICE_{i}=yes]\n");
        File.WriteAllText(fixture.Host.At(engine.Folder + "/cdi/many.yaml"), specification.ToString());
        await using NriPlugin plugin = await StartAsync(engine);
        using Pod pod = new(engine, annotations: (Annotation, string.Join(',', names.Select(static n => "example.com/many=" + n))));

        Assert.Equal("300", pod.Run("env | grep -c ^DEVICE_"));
    }

    [Fact]
    [Requirement("IN-89")]
    public async Task The_plugin_comes_back_after_the_engines_restart()
    {
        using PodEngine engine = StartEngine("containerd-2");
        await using NriPlugin plugin = await StartAsync(engine);

        engine.Stop();
        Await("Info: NRI ttrpc connection to");
        engine.Start();
        Await("Info: NRI plugin reconnected to");

        Assert.Equal("nvidia1", Run(engine, "default", (Annotation, "nvidia.com/gpu=1")));
    }

    [Fact]
    [Requirement("IN-91")]
    public async Task An_engine_that_ignores_devices_is_warned_of()
    {
        using PodEngine engine = StartEngine("containerd-1.7");
        await using NriPlugin plugin = await StartAsync(engine);

        Assert.Contains("containerd 1.7.24", Await("Warning: "), StringComparison.Ordinal);
        Assert.Equal("", Run(engine, "default", (Annotation, "nvidia.com/gpu=1")));
    }

    private PodEngine StartEngine(string package)
    {
        PodEngine engine = new(fixture.Host, package);
        fixture.Host.Run("nvidia-ctk", "cdi", "generate", $"--output={engine.Folder}/cdi/nvidia.yaml").Succeeded();
        fixture.Host.Run("nvidia-ctk", "cdi", "generate", "--mode=management", "--vendor=management.nvidia.com", "--class=gpu",
            $"--output={engine.Folder}/cdi/management.yaml").Succeeded();
        return engine;
    }

    private Task<NriPlugin> StartAsync(PodEngine engine) => NriPlugin.StartAsync(
        new NriPluginOptions
        {
            Name = "test",
            SocketPath = fixture.Host.At(engine.NriSocketPath),
            Devices = new DeviceRule(["gpu-operator"]),
            RegistrationTimeout = TimeSpan.FromMinutes(5),
            Log = (level, text) => _log.Add($"{level}: {text}"),
        },
        TestContext.Current.CancellationToken);

    private static string Run(PodEngine engine, string podNamespace, params (string Key, string Value)[] annotations)
    {
        using Pod pod = new(engine, podNamespace: podNamespace, annotations: annotations);
        return pod.Run(Devices).Trim();
    }

    private string Await(string beginning)
    {
        using CancellationTokenSource guard = new(TimeSpan.FromMinutes(5));
        return _log.GetConsumingEnumerable(guard.Token).First(line => line.StartsWith(beginning, StringComparison.Ordinal));
    }
}
