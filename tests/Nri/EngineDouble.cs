using System.Buffers.Binary;
using System.Net.Sockets;
using Google.Protobuf;
using GpuContainers.Nri.Protocol;
using GpuContainers.Nri.Ttrpc;

namespace GpuContainers.Nri.Tests;

/// <summary>
/// The engine's side of NRI, written from the protocol's description and not from the plugin's code; as strict about frames as a real engine.
/// </summary>
internal sealed class EngineDouble : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nri-");
    private Socket? _listener;

    public EngineDouble() => Listen();

    public string SocketPath => Path.Combine(_folder.FullName, "nri.sock");

    /// <summary>Longer than anything a test waits for; reached only when something is broken.</summary>
    public static CancellationToken Guard => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public void Listen()
    {
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen(8);
    }

    public void StopListening()
    {
        _listener?.Dispose();
        File.Delete(SocketPath);
    }

    public async Task<EngineConnection> AcceptAsync() => new(await _listener!.AcceptAsync(Guard));

    /// <summary>Accepts a plugin and takes it: registration, Configure, Synchronize.</summary>
    public async Task<EngineConnection> AcceptPluginAsync(string version = "2.1.9")
    {
        EngineConnection connection = await AcceptAsync();
        TtrpcMessage registration = await connection.ReceiveAsync(2);
        await connection.AnswerAsync(registration, new Response());
        await connection.CallAsync("Configure", new ConfigureRequest { RuntimeName = "containerd", RuntimeVersion = version });
        await connection.CallAsync("Synchronize", new SynchronizeRequest());
        return connection;
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>One plugin's connection, seen from the engine.</summary>
internal sealed class EngineConnection(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly Dictionary<uint, List<byte>> _received = new() { [1] = [], [2] = [] };
    private uint _nextCall = 1;

    /// <summary>The payload lengths of all frames that came.</summary>
    public List<int> FrameLengths { get; } = [];

    public async Task<Response> CallAsync(string method, IMessage request, string service = "nri.pkg.api.v1alpha1.Plugin", int pieces = int.MaxValue)
    {
        Request call = new() { Service = service, Method = method, Payload = request.ToByteString(), TimeoutNano = 2_000_000_000 };
        uint stream = _nextCall;
        _nextCall += 2;
        await SendAsync(1, stream, 1, call.ToByteArray(), pieces);
        TtrpcMessage answer = await ReceiveAsync(1);
        Assert.Equal((stream, MessageType.Response), (answer.StreamId, answer.Type));
        return Response.Parser.ParseFrom(answer.Data);
    }

    public Task AnswerAsync(TtrpcMessage call, Response response) => SendAsync(2, call.StreamId, 2, response.ToByteArray());

    /// <summary>Sends a message in frames of at most <paramref name="pieces"/> bytes.</summary>
    public async Task SendAsync(uint channel, uint stream, byte type, byte[] data, int pieces = int.MaxValue, uint? length = null)
    {
        byte[] message = [.. BigEndian(length ?? (uint)data.Length), .. BigEndian(stream), type, 0, .. data];
        foreach (byte[] piece in message.Chunk(Math.Min(pieces, message.Length)))
            await SendFrameAsync(channel, piece);
    }

    public async Task SendFrameAsync(uint channel, byte[] payload) =>
        await SendBytesAsync([.. BigEndian(channel), .. BigEndian((uint)payload.Length), .. payload]);

    public async Task SendBytesAsync(byte[] bytes) => await _stream.WriteAsync(bytes, EngineDouble.Guard);

    public async Task<TtrpcMessage> ReceiveAsync(uint channel)
    {
        List<byte> bytes = _received[channel];
        while (true)
        {
            if (bytes.Count >= 10 && bytes.Count >= 10 + Length(bytes))
            {
                byte[] message = [.. bytes.Take(10 + Length(bytes))];
                bytes.RemoveRange(0, message.Length);
                return new TtrpcMessage(BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(4)), (MessageType)message[8], message[10..]);
            }
            await ReceiveFrameAsync();
        }
    }

    /// <summary>Reads until the plugin closes the connection.</summary>
    public async Task UntilClosedAsync()
    {
        byte[] buffer = new byte[4096];
        while (await _stream.ReadAsync(buffer, EngineDouble.Guard) > 0)
            continue;
    }

    public void Dispose() => _stream.Dispose();

    private async Task ReceiveFrameAsync()
    {
        byte[] header = new byte[8];
        await _stream.ReadExactlyAsync(header, EngineDouble.Guard);
        List<byte> before = _received[BinaryPrimitives.ReadUInt32BigEndian(header)];
        byte[] payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4))];
        // What the engines' library takes: what fits its buffer, or what the message at hand still lacks.
        int lacking = before.Count >= 10 ? 10 + Length(before) - before.Count : 0;
        Assert.InRange(payload.Length, 1, Math.Max(4096, lacking));
        FrameLengths.Add(payload.Length);
        await _stream.ReadExactlyAsync(payload, EngineDouble.Guard);
        before.AddRange(payload);
    }

    private static int Length(List<byte> message) => (int)BinaryPrimitives.ReadUInt32BigEndian(message.Take(4).ToArray());

    private static byte[] BigEndian(uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}
