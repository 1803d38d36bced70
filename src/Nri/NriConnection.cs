using System.Net.Sockets;
using System.Threading.Channels;
using Google.Protobuf;
using GpuContainers.Nri.Protocol;
using GpuContainers.Nri.Ttrpc;

namespace GpuContainers.Nri;

/// <summary>One connection to an engine, from registration to loss. It is used once: a new attempt needs a new one, with a new socket (IN-89).</summary>
internal sealed class NriConnection : IAsyncDisposable
{
    private const string RuntimeService = "nri.pkg.api.v1alpha1.Runtime";

    // The version of the interface that this plugin was written for.
    private const string InterfaceVersion = "v0.12.1";

    // The only call that the plugin makes; stream ids of a caller are odd and ascend from 1.
    private const uint RegistrationStream = 1;

    private readonly NriPluginOptions _options;
    private readonly PluginService _service;
    private readonly NetworkStream _stream;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _lastCall;

    private NriConnection(NriPluginOptions options, Socket socket, LogQueue log)
    {
        _options = options;
        _service = new PluginService(options.Devices, log);
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Ends, with the reason, when the connection is lost or closed.</summary>
    public Task<string> Lost { get; private set; } = Task.FromResult("nothing has been said yet");

    /// <summary>Connects and registers; the engine has taken and configured the plugin when this ends.</summary>
    /// <exception cref="NriException">The engine cannot be reached, refuses, or takes too long.</exception>
    public static async Task<NriConnection> OpenAsync(NriPluginOptions options, LogQueue log, CancellationToken cancellation)
    {
        NriConnection connection = new(options, await ConnectAsync(options, cancellation).ConfigureAwait(false), log);
        try
        {
            await connection.RegisterAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Lost.ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private static async Task<Socket> ConnectAsync(NriPluginOptions options, CancellationToken cancellation)
    {
        Socket? socket = null;
        try
        {
            if (options.Descriptor is { } descriptor)
                return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(options.Path), cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket?.Dispose();
            throw new NriException($"failed to connect to NRI service: {options.Path}: {e.Message}: the engine does not run, or NRI is switched off in it", e);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    private async Task RegisterAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.RegistrationTimeout);
        try
        {
            // Sent before anything is answered: from then on only the loop writes, so that frames never mix.
            await _stream.WriteAsync(Registration(), limit.Token).ConfigureAwait(false);
            Lost = ServeAsync();
            // The answer may come before or after the engine's call of Configure; both are needed (IN-85).
            await UnlessLostAsync(_registered.Task, limit.Token).ConfigureAwait(false);
            await UnlessLostAsync(_service.Configured, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw Failed($"no answer within {_options.RegistrationTimeout.TotalSeconds} s", e);
        }
        catch (IOException e)
        {
            throw Failed(e.Message, e);
        }
    }

    private async Task UnlessLostAsync(Task step, CancellationToken cancellation)
    {
        await Task.WhenAny(step, Lost).WaitAsync(cancellation).ConfigureAwait(false);
        if (!step.IsCompleted)
            throw Failed(await Lost.ConfigureAwait(false));
        await step.ConfigureAwait(false);
    }

    private static NriException Failed(string reason, Exception? inner = null) => new($"failed to register with NRI/Runtime: {reason}", inner);

    private byte[] Registration()
    {
        RegisterPluginRequest registration = new() { PluginName = _options.Name, PluginIdx = _options.IndexText, NriVersion = InterfaceVersion };
        Request request = new()
        {
            Service = RuntimeService,
            Method = "RegisterPlugin",
            Payload = registration.ToByteString(),
            TimeoutNano = (long)_options.RegistrationTimeout.TotalNanoseconds,
        };
        return Frames.Pack(Frames.RuntimeChannel, RegistrationStream, MessageType.Request, request.ToByteArray());
    }

    private async Task<string> ServeAsync()
    {
        try
        {
            MessageReader reader = new(_stream);
            while (await reader.ReadAsync(_closing.Token).ConfigureAwait(false) is { } next)
                await TakeAsync(next).ConfigureAwait(false);
            return "the engine closed the connection";
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return "the plugin closed the connection";
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidProtocolBufferException)
        {
            return e.Message;
        }
    }

    private async ValueTask TakeAsync(ChannelMessage next)
    {
        TtrpcMessage message = next.Message;
        if (next.Channel == Frames.PluginChannel && message.Type == MessageType.Request)
            await _stream.WriteAsync(Reply(message), _closing.Token).ConfigureAwait(false);
        else if (next.Channel == Frames.RuntimeChannel && message is { Type: MessageType.Response, StreamId: RegistrationStream })
            TakeRegistration(Response.Parser.ParseFrom(message.Data).Status);
    }

    private void TakeRegistration(Status? status)
    {
        if (status is { Code: not 0 })
            _registered.TrySetException(Failed($"{status.Message} (code {status.Code})"));
        else
            _registered.TrySetResult();
    }

    private byte[] Reply(TtrpcMessage call)
    {
        byte[] data = Answer(call).ToByteArray();
        if (data.Length > Frames.MaxData)
            data = PluginService.Failure(StatusCode.ResourceExhausted, $"the answer has {data.Length} bytes, more than a message may have").ToByteArray();
        return Frames.Pack(Frames.PluginChannel, call.StreamId, MessageType.Response, data);
    }

    private Response Answer(TtrpcMessage call)
    {
        if (call.StreamId % 2 == 0)
            return PluginService.Failure(StatusCode.InvalidArgument, "the stream id of a call must be odd");
        if (call.StreamId <= _lastCall)
            return PluginService.Failure(StatusCode.InvalidArgument, "the stream id of a call must be greater than those before it");
        _lastCall = call.StreamId;
        return call.TooLong ? PluginService.Failure(StatusCode.ResourceExhausted, $"a request may have {Frames.MaxData} bytes") : _service.Answer(call.Data);
    }
}

/// <summary>Hands messages on from a thread of its own, so that an answer to the engine never waits for whoever takes the log (IN-90).</summary>
internal sealed class LogQueue : IAsyncDisposable
{
    private readonly Channel<(NriLogLevel Level, string Text)> _messages =
        Channel.CreateBounded<(NriLogLevel Level, string Text)>(
            new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Task _writing;

    public LogQueue(Action<NriLogLevel, string> log) => _writing = Task.Run(() => WriteAsync(log));

    public void Debug(string text) => _messages.Writer.TryWrite((NriLogLevel.Debug, text));

    public void Info(string text) => _messages.Writer.TryWrite((NriLogLevel.Info, text));

    public void Warn(string text) => _messages.Writer.TryWrite((NriLogLevel.Warning, text));

    /// <summary>Ends when every message has been taken.</summary>
    public async ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    private async Task WriteAsync(Action<NriLogLevel, string> log)
    {
        await foreach ((NriLogLevel level, string text) in _messages.Reader.ReadAllAsync().ConfigureAwait(false))
            log(level, text);
    }
}
