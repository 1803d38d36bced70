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

/// <summary>Knows the engines that take a plugin's CDI devices and silently do nothing with them (IN-91).</summary>
internal static class EngineSupport
{
    private static readonly Version FirstContainerd = new(1, 7, 26);
    private static readonly Version FirstCriO = new(1, 32, 0);

    /// <summary>What to tell an administrator whose engine ignores the devices, else null; also for an engine or a version that nobody here knows.</summary>
    public static string? Warning(string engine, string version)
    {
        Version? first = engine.ToLowerInvariant() switch
        {
            "containerd" => FirstContainerd,
            "cri-o" or "crio" => FirstCriO,
            _ => null,
        };
        return first is not null && Parse(version) is { } used && used < first
            ? $"{engine} {version} ignores the CDI devices of NRI plugins: pods start without the devices that their annotations ask for; update {engine} " +
                $"to {first} or newer"
            : null;
    }

    // Distributions put something behind the number (1.7.24~ds1, 2.1.9+unknown), builds a letter before it.
    private static Version? Parse(string text)
    {
        IEnumerable<char> number = (text.StartsWith('v') ? text[1..] : text).TakeWhile(static c => char.IsAsciiDigit(c) || c == '.');
        return Version.TryParse(string.Concat(number), out Version? version) ? version : null;
    }
}
