using GpuContainers.Nri;
using k8s.Models;

namespace GpuContainers.Kubernetes.Tests;

public sealed class ExampleTests
{
    private static readonly string[] Variables =
        ["NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_GPU_MEMORY_REQUEST", "NVIDIA_GPU_MEMORY_LIMIT"];

    private static string Folder { get; } = Checkout.At("packaging", "kubernetes", "examples");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.yaml").Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [Requirement("IN-132")]
    [MemberData(nameof(Files))]
    public void Pods_ask_in_a_way_that_the_toolkit_understands(string file)
    {
        V1Pod pod = Read(file);

        string[] classes = [.. Overlay.Of("containerd").Objects.OfType<V1RuntimeClass>().Select(static c => c.Metadata.Name)];
        Assert.True(pod.Spec.RuntimeClassName is null ? pod.Metadata.Annotations.Count > 0 : classes.Contains(pod.Spec.RuntimeClassName));
        foreach (V1Container container in pod.Spec.Containers)
        {
            Assert.Empty((container.Env ?? []).Select(static e => e.Name).Except(Variables));
            Assert.True(AsksForDevices(pod, container), $"container {container.Name} asks for no device");
        }
    }

    [Fact]
    [Requirement("IN-88", "IN-133")]
    public void Management_devices_are_asked_for_where_the_plugin_gives_them()
    {
        V1Pod pod = Read("management-pod.yaml");
        (string key, string value) = Assert.Single(pod.Metadata.Annotations);

        Assert.Equal($"{DeviceRule.Annotation}/container.{pod.Spec.Containers[0].Name}", key);
        Assert.Equal(DeviceRule.DefaultManagementKind + "=all", value);
        Assert.Equal(Overlay.Of("nri").Environment["NRI_NAMESPACE"], pod.Metadata.NamespaceProperty);
    }

    private static V1Pod Read(string file) =>
        Assert.IsType<V1Pod>(Models.Read(Assert.Single(YamlObjects.Parse(File.ReadAllText(Path.Combine(Folder, file))))));

    private static bool AsksForDevices(V1Pod pod, V1Container container) =>
        pod.Metadata.Annotations?.Keys.Any(static k => k.StartsWith(DeviceRule.Annotation, StringComparison.Ordinal)) == true
        || container.Env?.Any(static e => e.Name == "NVIDIA_VISIBLE_DEVICES") == true
        || container.Resources?.Limits?.Keys.Any(static k => k.StartsWith("nvidia.com/", StringComparison.Ordinal)) == true;
}
