using System.Collections.Frozen;
using Google.Protobuf;
using GpuContainers.Nri.Protocol;
using GpuContainers.Nri.Ttrpc;

namespace GpuContainers.Nri;

/// <summary>
/// The plugin's side of one connection: answers the engine's calls, from memory alone, because the engine waits with every other pod of the node.
/// </summary>
internal sealed class PluginService(DeviceRule rule, LogQueue log)
{
    private const string ServiceName = "nri.pkg.api.v1alpha1.Plugin";

    // The bit of event 4, the creation of a container; no bit at all would mean every event (IN-85).
    private const int CreateContainerEvent = 1 << 3;

    private const int DevicesInLog = 8;

    // The calls of NRI 0.12 that need no more than an empty answer.
    private static readonly FrozenSet<string> Acknowledged = FrozenSet.Create(
        StringComparer.Ordinal,
        "Shutdown", "StateChange", "RunPodSandbox", "UpdatePodSandbox", "PostUpdatePodSandbox", "StopPodSandbox", "RemovePodSandbox", "PostCreateContainer",
            "StartContainer",
        "PostStartContainer", "UpdateContainer", "PostUpdateContainer", "StopContainer", "RemoveContainer", "ValidateContainerAdjustment");

    private readonly TaskCompletionSource _configured = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the engine has configured the plugin.</summary>
    public Task Configured => _configured.Task;

    /// <summary>The answer to a call.</summary>
    public Response Answer(ReadOnlySpan<byte> data)
    {
        try
        {
            Request request = Parse(Request.Parser, data);
            return request.Service == ServiceName ? Answer(request.Method, request.Payload.Span)
                : Failure(StatusCode.Unimplemented, $"service {request.Service}");
        }
        catch (InvalidProtocolBufferException e)
        {
            return Failure(StatusCode.InvalidArgument, $"the request cannot be read: {e.Message}");
        }
    }

    /// <summary>An answer that says why a call failed.</summary>
    public static Response Failure(StatusCode code, string message) => new() { Status = new Status { Code = (int)code, Message = message } };

    private Response Answer(string method, ReadOnlySpan<byte> payload) => method switch
    {
        "Configure" => Success(Configure(Parse(ConfigureRequest.Parser, payload))),
        "Synchronize" => Success(new SynchronizeResponse { More = Parse(SynchronizeRequest.Parser, payload).More }),
        "CreateContainer" => Success(CreateContainer(Parse(CreateContainerRequest.Parser, payload))),
        _ when Acknowledged.Contains(method) => new Response(),
        _ => Failure(StatusCode.Unimplemented, $"method {method}"),
    };

    private ConfigureResponse Configure(ConfigureRequest request)
    {
        log.Debug($"configured by {request.RuntimeName} {request.RuntimeVersion}");
        if (EngineSupport.Warning(request.RuntimeName, request.RuntimeVersion) is { } warning)
            log.Warn(warning);
        _configured.TrySetResult();
        return new ConfigureResponse { Events = CreateContainerEvent };
    }

    private CreateContainerResponse CreateContainer(CreateContainerRequest request)
    {
        PodSandbox pod = request.Pod ?? new PodSandbox();
        string container = request.Container?.Name ?? "";
        DeviceDecision decision = rule.Decide(pod, container);
        Report(decision, pod, container);
        ContainerAdjustment adjustment = new();
        adjustment.CdiDevices.AddRange(decision.Devices.Select(static name => new CdiDevice { Name = name }));
        return new CreateContainerResponse { Adjust = adjustment };
    }

    private void Report(DeviceDecision decision, PodSandbox pod, string container)
    {
        string where = $"container {container} of pod {pod.Namespace}/{pod.Name}";
        if (decision.RefusedKind is { } kind)
            log.Info(
                $"no CDI device is injected into {where}: its annotation asks for {kind}, "
                + $"which is kept for the namespaces {string.Join(", ", rule.ManagementNamespaces)}");
        else if (decision.Devices.Count > DevicesInLog)
            log.Debug($"injecting {decision.Devices.Count} CDI devices into {where}: {string.Join(", ", decision.Devices.Take(DevicesInLog))}, ...");
        else if (decision.Devices.Count > 0)
            log.Debug($"injecting CDI devices into {where}: {string.Join(", ", decision.Devices)}");
    }

    private static Response Success(IMessage answer) => new() { Payload = answer.ToByteString() };

    private static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> data)
        where T : IMessage<T> => parser.WithDiscardUnknownFields(true).ParseFrom(data);
}
