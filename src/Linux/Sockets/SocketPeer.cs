namespace GpuContainers.Linux.Sockets;

/// <summary>Who serves a Unix socket.</summary>
public static class SocketPeer
{
    /// <summary>
    /// The process that answers on a socket, from the credentials that come with its message. Those of the connection would not do: behind a socket
    /// that systemd opened they name systemd.
    /// </summary>
    /// <param name="path">The socket.</param>
    /// <param name="question">What is sent so that an answer comes; empty where the server speaks first.</param>
    /// <param name="limit">How long to wait for the answer.</param>
    /// <returns>Its number in this process's PID namespace.</returns>
    /// <exception cref="LinuxException">Nobody listens, no answer came in time (ETIMEDOUT), the server closed (ENODATA), or lives in a foreign PID namespace
    /// (ESRCH).</exception>
    public static int Find(string path, ReadOnlySpan<byte> question, TimeSpan limit)
    {
        using Descriptor socket = Connect(path);
        // The write can end in a signal that nobody handles only if the peer is gone; .NET programs ignore SIGPIPE.
        socket.Write(question, path);
        WaitForAnswer(socket, path, limit);
        int process = ReceiveSender(socket, path);
        // 0 stands for a process that has no number here, 1 for the one that started everything: neither is an engine (IN-76).
        return process > 1 ? process : throw new LinuxException(Errno.ESRCH, $"process {process} is not an engine that this process can signal: ask", path);
    }

    private static unsafe Descriptor Connect(string path)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        if (name.Length >= Libc.SocketPathSize)
            throw new LinuxException(Errno.ENAMETOOLONG, "dial unix", path);
        int number = Libc.Socket(Libc.UnixFamily, Libc.StreamSocket | Libc.CloseOnExec, 0);
        if (number < 0)
            throw new LinuxException(Libc.LastError, "socket", "");
        var socket = new Descriptor(number);
        // Before connecting, because a server may have written by the time that connect returns (IN-76).
        int on = 1;
        byte* address = stackalloc byte[2 + Libc.SocketPathSize];
        new Span<byte>(address, 2 + Libc.SocketPathSize).Clear();
        *(ushort*)address = Libc.UnixFamily;
        name.CopyTo(new Span<byte>(address + 2, Libc.SocketPathSize));
        if (Libc.SetSocketOption(number, Libc.SocketLevel, Libc.PassCredentials, &on, sizeof(int)) == 0
            && Libc.Connect(number, address, 2 + Libc.SocketPathSize) == 0)
            return socket;
        Errno error = Libc.LastError;
        socket.Dispose();
        throw new LinuxException(error, "dial unix", path);
    }

    private static unsafe void WaitForAnswer(Descriptor socket, string path, TimeSpan limit)
    {
        var entry = new Libc.PollEntry { Descriptor = socket.Number, Events = Libc.PollIn };
        int ready;
        do
            ready = Libc.Poll(&entry, 1, (int)limit.TotalMilliseconds);
        while (ready < 0 && Libc.LastError == Errno.EINTR);
        if (ready <= 0)
            throw new LinuxException(ready == 0 ? Errno.ETIMEDOUT : Libc.LastError, "receive from", path);
    }

    private static unsafe int ReceiveSender(Descriptor socket, string path)
    {
        byte content;
        var buffer = new Libc.Buffer { Start = &content, Length = 1 };
        Libc.CredentialsHeader credentials = default;
        var message = new Libc.Message
        {
            Buffers = &buffer,
            BufferCount = 1,
            Control = (byte*)&credentials,
            ControlLength = (nuint)sizeof(Libc.CredentialsHeader),
        };
        nint count = Libc.ReceiveMessage(socket.Number, &message, 0);
        if (count < 0)
            throw new LinuxException(Libc.LastError, "receive from", path);
        if (count == 0 || credentials.Level != Libc.SocketLevel || credentials.Type != Libc.CredentialsMessage)
            throw new LinuxException(Errno.ENODATA, "receive from", path);
        return credentials.Process;
    }
}
