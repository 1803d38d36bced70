using System.Diagnostics;

namespace GpuContainers.Installer.Tests;

/// <summary>A process that answers on a socket as an engine does, and notes the signals that it gets.</summary>
internal sealed class StandInEngine : IDisposable
{
    // dockerd answers a question; containerd speaks first.
    private const string Script = """
        import os, signal, socket, sys
        path, kind = sys.argv[1:3]
        signal.signal(signal.SIGHUP, lambda *_: print("SIGHUP", flush=True))
        server = socket.socket(socket.AF_UNIX)
        if os.path.exists(path): os.unlink(path)
        server.bind(path)
        server.listen(8)
        print("listening", flush=True)
        while True:
            connection, _ = server.accept()
            if kind == "docker":
                print("asked", connection.recv(4096).split(b"\r\n")[0].decode(), flush=True)
            connection.sendall(b"answer")
            connection.close()
        """;

    private readonly Process _process;

    public StandInEngine(string socket, string kind)
    {
        _process = Process.Start(new ProcessStartInfo(Checkout.MachineProgram("python3"), ["-c", Script, socket, kind]) { RedirectStandardOutput = true })!;
        Assert.Equal("listening", Next());
    }

    /// <summary>The next thing that happened to it.</summary>
    public string? Next() => _process.StandardOutput.ReadLine();

    /// <summary>Ends it, so that nobody answers any more.</summary>
    public void End()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            End();
        _process.Dispose();
    }
}
