using Google.Protobuf;
using GpuContainers.Nri.Protocol;

namespace GpuContainers.Nri.Tests;

/// <summary>The bytes of these answers were seen on the wire between real engines and their plugins.</summary>
[Requirement("NRI-4", "NRI-5")]
public sealed class PluginServiceTests : IAsyncDisposable
{
    private readonly LogQueue _log;
    private readonly TestLog _lines = new();
    private readonly PluginService _service;

    public PluginServiceTests()
    {
        _log = new LogQueue(_lines.Write);
        _service = new PluginService(new DeviceRule(["gpu-operator"]), _log);
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    [Requirement("IN-85")]
    public void Configure_subscribes_to_the_creation_of_containers()
    {
        byte[] payload = Convert.FromHexString("120A636F6E7461696E6572641A0D322E312E392B756E6B6E6F776E20882728D00F");

        Assert.Equal("12021008", Answer("Configure", payload));
        Assert.True(_service.Configured.IsCompletedSuccessfully);
    }

    [Fact]
    [Requirement("IN-85")]
    public void Synchronize_echoes_more_and_reads_past_pods_and_containers()
    {
        Assert.Equal("12021001", Answer("Synchronize", [0x0A, 0x03, 0x0A, 0x01, 0x70, 0x12, 0x02, 0x0A, 0x00, 0x18, 0x01]));
        Assert.Equal("", Answer("Synchronize", [0x0A, 0x03, 0x0A, 0x01, 0x70]));
    }

    [Fact]
    [Requirement("IN-86")]
    public void CreateContainer_names_the_devices_in_field_eight()
    {
        PodSandbox pod = new() { Name = "p", Namespace = "gpu-operator", Annotations = { ["nvidia.cdi.k8s.io"] = "management.nvidia.com/gpu=all" } };

        string answer = Answer("CreateContainer", new CreateContainerRequest { Pod = pod, Container = new Container { Name = "c" } }.ToByteArray());

        Assert.Equal("12230A21421F0A1D" + Convert.ToHexString("management.nvidia.com/gpu=all"u8), answer);
    }

    [Fact]
    [Requirement("IN-86")]
    public void CreateContainer_without_devices_has_an_empty_adjustment() => Assert.Equal("12020A00", Answer("CreateContainer", []));

    [Theory]
    [Requirement("IN-84")]
    [InlineData("Shutdown")]
    [InlineData("StateChange")]
    [InlineData("PostUpdatePodSandbox")]
    [InlineData("ValidateContainerAdjustment")]
    public void Other_calls_of_the_service_are_acknowledged(string method) => Assert.Equal("", Answer(method, [0x08, 0x01]));

    [Fact]
    [Requirement("IN-84")]
    public void Unknown_methods_and_services_are_named()
    {
        Status method = _service.Answer(Call("NoSuchMethod", [])).Status, service = _service.Answer(Call("Configure", [], "no.such.Service")).Status;

        Assert.Equal((12, "method NoSuchMethod"), (method.Code, method.Message));
        Assert.Equal((12, "service no.such.Service"), (service.Code, service.Message));
    }

    [Fact]
    [Requirement("IN-84")]
    public void A_request_that_is_not_protobuf_is_an_invalid_argument()
    {
        Assert.Equal(3, _service.Answer([0xFF]).Status.Code);
        Assert.Equal(3, _service.Answer(Call("CreateContainer", [0x0A, 0x7F])).Status.Code);
    }

    [Fact]
    [Requirement("IN-84")]
    public void Unknown_fields_of_every_wire_type_are_skipped()
    {
        byte[] unknown = [0xF8, 0x01, 0x05, 0xF1, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0xEA, 0x01, 0x01, 0x00, 0xE5, 0x01, 1, 2, 3, 4];

        Assert.Equal("12020A00", Convert.ToHexString(_service.Answer([.. unknown, .. Call("CreateContainer", unknown), .. unknown]).ToByteArray()));
    }

    [Fact]
    [Requirement("IN-88")]
    public async Task A_refusal_says_which_container_and_who_may()
    {
        PodSandbox pod = new() { Name = "p", Namespace = "default", Annotations = { ["nvidia.cdi.k8s.io"] = "management.nvidia.com/gpu=all" } };

        Assert.Equal("12020A00", Answer("CreateContainer", new CreateContainerRequest { Pod = pod, Container = new Container { Name = "c" } }.ToByteArray()));

        string line = await _lines.NextAsync("Info:");
        Assert.Contains("container c of pod default/p", line, StringComparison.Ordinal);
        Assert.Contains("management.nvidia.com/gpu, which is kept for the namespaces gpu-operator", line, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("IN-91")]
    public async Task An_engine_that_drops_devices_is_warned_of_when_it_configures()
    {
        _ = Answer("Configure", new ConfigureRequest { RuntimeName = "containerd", RuntimeVersion = "1.7.24~ds1" }.ToByteArray());

        Assert.Contains("update containerd to 1.7.26 or newer", await _lines.NextAsync("Warning:"), StringComparison.Ordinal);
    }

    private string Answer(string method, byte[] payload) => Convert.ToHexString(_service.Answer(Call(method, payload)).ToByteArray());

    private static byte[] Call(string method, byte[] payload, string service = "nri.pkg.api.v1alpha1.Plugin") =>
        new Request { Service = service, Method = method, Payload = ByteString.CopyFrom(payload) }.ToByteArray();
}
