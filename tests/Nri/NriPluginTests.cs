using System.Net.Sockets;
using System.Runtime.InteropServices;
using Google.Protobuf;
using GpuContainers.Nri.Protocol;
using GpuContainers.Nri.Ttrpc;

namespace GpuContainers.Nri.Tests;

[Requirement("NRI-1", "NRI-2", "NRI-3", "NRI-8")]
public sealed partial class NriPluginTests : IDisposable
{
    private readonly EngineDouble _engine = new();
    private readonly TestLog _log = new();

    public void Dispose() => _engine.Dispose();

    [Theory]
    [Requirement("IN-85")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_answer_to_the_registration_may_come_before_or_after_Configure(bool late)
    {
        Task<NriPlugin> starting = Start();
        using EngineConnection connection = await _engine.AcceptAsync();
        TtrpcMessage call = await connection.ReceiveAsync(2);
        Request request = Request.Parser.ParseFrom(call.Data);
        RegisterPluginRequest registration = RegisterPluginRequest.Parser.ParseFrom(request.Payload);
        if (!late)
            await connection.AnswerAsync(call, new Response());
        await connection.CallAsync("Configure", new ConfigureRequest { RuntimeName = "containerd", RuntimeVersion = "2.1.9" });
        if (late)
        {
            Assert.False(starting.IsCompleted);
            await connection.AnswerAsync(call, new Response());
        }

        await using NriPlugin plugin = await starting;

        Assert.Equal((1u, MessageType.Request, 5_000_000_000), (call.StreamId, call.Type, request.TimeoutNano));
        Assert.Equal(("nri.pkg.api.v1alpha1.Runtime", "RegisterPlugin"), (request.Service, request.Method));
        Assert.Equal(("nvidia-ctk-installer", "07", "v0.12.1"), (registration.PluginName, registration.PluginIdx, registration.NriVersion));
    }

    [Theory]
    [Requirement("IN-83")]
    [InlineData(int.MaxValue)]
    [InlineData(7)]
    public async Task An_answer_of_many_devices_comes_in_frames_that_the_engine_takes(int pieces)
    {
        string[] devices = [.. Enumerable.Range(0, 2000).Select(i => $"nvidia.com/gpu=GPU-{i:D32}")];
        Task<NriPlugin> starting = Start();
        using EngineConnection connection = await _engine.AcceptPluginAsync();
        await using NriPlugin plugin = await starting;

        Response response = await connection.CallAsync("CreateContainer", Pod(string.Join(',', devices)), pieces: pieces);

        Assert.Equal(devices, CreateContainerResponse.Parser.ParseFrom(response.Payload).Adjust.CdiDevices.Select(d => d.Name));
        Assert.True(connection.FrameLengths.Count(length => length == 4096) > 10);
    }

    [Fact]
    [Requirement("IN-84")]
    public async Task Calls_with_even_or_used_ids_are_refused_and_too_long_ones_skipped()
    {
        Task<NriPlugin> starting = Start();
        using EngineConnection connection = await _engine.AcceptPluginAsync();
        await using NriPlugin plugin = await starting;

        Assert.Equal(3, await Code(connection, 100, 1));
        Assert.Equal(3, await Code(connection, 3, 1));
        Assert.Equal(8, await Code(connection, 101, (4 << 20) + 1));
        Assert.Empty((await Answer(connection, 103, new Request { Service = "nri.pkg.api.v1alpha1.Plugin", Method = "Shutdown" })).Payload);
    }

    [Fact]
    [Requirement("IN-84")]
    public async Task Data_messages_and_answers_that_nobody_waits_for_are_ignored()
    {
        Task<NriPlugin> starting = Start();
        using EngineConnection connection = await _engine.AcceptPluginAsync();
        await using NriPlugin plugin = await starting;

        await connection.SendAsync(1, 7, 3, [1, 2, 3]);
        await connection.SendAsync(2, 9, 2, [0xFF]);
        await connection.SendAsync(2, 1, 1, [0xFF]);

        Assert.Single(
            CreateContainerResponse.Parser.ParseFrom((await connection.CallAsync("CreateContainer", Pod("nvidia.com/gpu=0"))).Payload).Adjust.CdiDevices);
    }

    [Fact]
    [Requirement("IN-90")]
    public async Task An_answer_does_not_wait_for_the_log()
    {
        using ManualResetEventSlim blocked = new(), goOn = new();
        Task<NriPlugin> starting = NriPlugin.StartAsync(_log.Options(_engine.SocketPath) with { Log = (_, _) => Block(blocked, goOn) }, EngineDouble.Guard);
        using EngineConnection connection = await _engine.AcceptPluginAsync();
        await using NriPlugin plugin = await starting;
        blocked.Wait(EngineDouble.Guard);

        for (int i = 0; i < 3000; i++)
            await connection.CallAsync("CreateContainer", Pod("nvidia.com/gpu=0"));

        goOn.Set();
    }

    [Fact]
    [Requirement("IN-89")]
    public async Task A_lost_connection_is_made_again_also_after_refusals()
    {
        Task<NriPlugin> starting = Start();
        EngineConnection first = await _engine.AcceptPluginAsync();
        await using NriPlugin plugin = await starting;
        _engine.StopListening();
        first.Dispose();
        await _log.NextAsync($"Info: NRI ttrpc connection to {_engine.SocketPath} is down; attempting to reconnect...");
        await _log.NextAsync("Warning: NRI plugin reconnect failed: failed to connect to NRI service: ");
        _engine.Listen();
        (await _engine.AcceptAsync()).Dispose();
        await _log.NextAsync("Warning: NRI plugin reconnect failed: failed to register with NRI/Runtime: ");
        using (EngineConnection refusing = await _engine.AcceptAsync())
        {
            await refusing.AnswerAsync(await refusing.ReceiveAsync(2), new Response { Status = new Status { Code = 2, Message = "not now" } });
            await refusing.UntilClosedAsync();
        }
        await _log.NextAsync("Warning: NRI plugin reconnect failed: failed to register with NRI/Runtime: not now (code 2)");

        using EngineConnection second = await _engine.AcceptPluginAsync();

        await _log.NextAsync($"Info: NRI plugin reconnected to {_engine.SocketPath}");
        Response answer = await second.CallAsync("CreateContainer", Pod("nvidia.com/gpu=0"));
        Assert.Single(CreateContainerResponse.Parser.ParseFrom(answer.Payload).Adjust.CdiDevices);
    }

    [Fact]
    [Requirement("IN-89")]
    public async Task A_peer_that_breaks_the_protocol_loses_its_connection()
    {
        Task<NriPlugin> starting = Start();
        EngineConnection broken = await _engine.AcceptPluginAsync();
        await using NriPlugin plugin = await starting;

        await broken.SendBytesAsync([0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]);
        await broken.UntilClosedAsync();

        using EngineConnection next = await _engine.AcceptPluginAsync();
        await _log.NextAsync("Info: NRI plugin reconnected");
    }

    [Fact]
    [Requirement("IN-89")]
    public async Task Disposing_closes_the_connection_and_ends_the_attempts()
    {
        Task<NriPlugin> starting = Start();
        using EngineConnection connection = await _engine.AcceptPluginAsync();
        NriPlugin plugin = await starting;

        await plugin.DisposeAsync();

        await connection.UntilClosedAsync();
        Assert.True(plugin.Completion.IsCompletedSuccessfully);
        Assert.Equal("Info: NRI plugin stopped. Stopping all reconnect attempts...", _log.Rest()[^1]);
    }

    [Fact]
    [Requirement("IN-89")]
    public async Task Disposing_ends_a_plugin_whose_engine_is_away()
    {
        Task<NriPlugin> starting = Start();
        EngineConnection connection = await _engine.AcceptPluginAsync();
        NriPlugin plugin = await starting;
        _engine.StopListening();
        connection.Dispose();
        await _log.NextAsync("Warning: NRI plugin reconnect failed");

        await plugin.DisposeAsync();

        Assert.True(plugin.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    [Requirement("IN-81")]
    public async Task The_first_start_fails_at_once_where_there_is_no_engine()
    {
        _engine.StopListening();
        NriException missing = await Assert.ThrowsAsync<NriException>(Start);
        Assert.StartsWith($"failed to find valid nri socket at {_engine.SocketPath}: ", missing.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_engine.SocketPath, "", EngineDouble.Guard);
        NriException dead = await Assert.ThrowsAsync<NriException>(Start);
        Assert.StartsWith($"plugin exited with error: failed to connect to NRI service: {_engine.SocketPath}: ", dead.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "slow")]
    [Requirement("IN-81")]
    public async Task The_first_start_fails_where_the_engine_does_not_answer()
    {
        Task<NriPlugin> starting = NriPlugin.StartAsync(
            _log.Options(_engine.SocketPath) with { RegistrationTimeout = TimeSpan.FromMilliseconds(50) }, EngineDouble.Guard);
        using EngineConnection connection = await _engine.AcceptAsync();
        await connection.UntilClosedAsync();

        NriException silent = await Assert.ThrowsAsync<NriException>(() => starting);

        Assert.Equal("plugin exited with error: failed to register with NRI/Runtime: no answer within 0.05 s", silent.Message);
    }

    [Fact]
    [Requirement("IN-82")]
    public async Task An_inherited_connection_is_used_and_not_made_again()
    {
        int descriptor;
        using (Socket inherited = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            inherited.Connect(new UnixDomainSocketEndPoint(_engine.SocketPath));
            descriptor = Duplicate((int)inherited.Handle);
        }
        Task<NriPlugin> starting = NriPlugin.StartAsync(_log.Options("/no/such/socket") with { Descriptor = descriptor }, EngineDouble.Guard);
        EngineConnection connection = await _engine.AcceptPluginAsync();
        await using NriPlugin plugin = await starting;

        connection.Dispose();

        await plugin.Completion.WaitAsync(EngineDouble.Guard);
    }

    private Task<NriPlugin> Start() => NriPlugin.StartAsync(_log.Options(_engine.SocketPath), EngineDouble.Guard);

    private static CreateContainerRequest Pod(string devices) =>
        new() { Pod = new PodSandbox { Namespace = "default", Annotations = { ["nvidia.cdi.k8s.io"] = devices } }, Container = new Container { Name = "ctr" } };

    private static async Task<int> Code(EngineConnection connection, uint stream, int length)
    {
        await connection.SendAsync(1, stream, 1, new byte[length], pieces: 1 << 20);
        return Response.Parser.ParseFrom((await connection.ReceiveAsync(1)).Data).Status.Code;
    }

    private static async Task<Response> Answer(EngineConnection connection, uint stream, Request request)
    {
        await connection.SendAsync(1, stream, 1, request.ToByteArray());
        return Response.Parser.ParseFrom((await connection.ReceiveAsync(1)).Data);
    }

    private static void Block(ManualResetEventSlim blocked, ManualResetEventSlim goOn)
    {
        blocked.Set();
        goOn.Wait(EngineDouble.Guard);
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);
}
