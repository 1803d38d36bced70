using System.Net.Sockets;
using GpuContainers.Linux.Processes;
using GpuContainers.Linux.Sockets;

namespace GpuContainers.Linux.Tests;

/// <summary>Who answers on a Unix socket.</summary>
public sealed class SocketPeerTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("peer").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path => System.IO.Path.Combine(_folder, "socket");

    private async Task<Errno> Serve(Func<Socket, Task> serve, Action ask)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        server.Bind(new UnixDomainSocketEndPoint(Path));
        server.Listen();
        Task serving = Task.Run(async () =>
        {
            using Socket connection = await server.AcceptAsync();
            await serve(connection);
        });
        Errno error = Errno.None;
        try
        {
            ask();
        }
        catch (LinuxException failure)
        {
            error = failure.Errno;
        }
        await serving;
        return error;
    }

    [Theory]
    [Requirement("IN-75", "IN-76")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_sender_of_the_answer_is_found_also_when_it_speaks_first(bool isAsked)
    {
        int found = 0;
        byte[] heard = new byte[16];
        Errno error = await Serve(
            async connection =>
            {
                if (isAsked)
                    Assert.Equal(5, await connection.ReceiveAsync(heard));
                await connection.SendAsync("answer"u8.ToArray());
            },
            () => found = SocketPeer.Find(Path, isAsked ? "hello"u8 : [], s_patience));
        Assert.Equal(Errno.None, error);
        Assert.Equal(Environment.ProcessId, found);
    }

    [Fact]
    [Requirement("IN-77")]
    public async Task A_server_that_says_nothing_is_not_waited_for_without_end()
    {
        var asked = new TaskCompletionSource();
        Assert.Equal(Errno.ETIMEDOUT, await Serve(_ => asked.Task, () =>
        {
            try
            {
                SocketPeer.Find(Path, [], TimeSpan.Zero);
            }
            finally
            {
                asked.SetResult();
            }
        }));
    }

    [Fact]
    [Requirement("IN-76")]
    public async Task A_server_that_closes_without_a_word_is_nobody() =>
        Assert.Equal(Errno.ENODATA, await Serve(_ => Task.CompletedTask, () => SocketPeer.Find(Path, [], s_patience)));

    [Fact]
    public void A_socket_that_nobody_serves_is_an_error_with_its_path()
    {
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => SocketPeer.Find(Path, [], s_patience)).Errno);
        File.WriteAllText(Path, "");
        LinuxException refused = Assert.Throws<LinuxException>(() => SocketPeer.Find(Path, [], s_patience));
        Assert.Equal($"dial unix {Path}: connection refused", refused.Message);
        Assert.Equal(Errno.ENAMETOOLONG, Assert.Throws<LinuxException>(() => SocketPeer.Find("/" + new string('x', 107), [], s_patience)).Errno);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-1)]
    [Requirement("IN-76")]
    public void No_signal_goes_to_groups_or_to_the_first_process(int process) =>
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => ProcessSignal.Send(process, ProcessSignal.HangUp)).Errno);
}
