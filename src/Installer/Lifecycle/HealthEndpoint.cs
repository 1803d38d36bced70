using System.Net;

namespace GpuContainers.Installer.Lifecycle;

/// <summary>Answers the probes of Kubernetes: <c>/healthz</c> as long as the process works, <c>/readyz</c> once the node is ready for GPU pods.</summary>
internal sealed class HealthEndpoint : IDisposable
{
    private readonly HttpListener _listener = new();
    private volatile string _state = "installing";
    private volatile bool _isReady;

    private HealthEndpoint(string prefix) => _listener.Prefixes.Add(prefix);

    /// <summary>Listens; null when nobody wants it.</summary>
    /// <param name="address">HOST:PORT or :PORT; empty for nowhere.</param>
    /// <exception cref="ToolkitException">The address cannot be used.</exception>
    public static HealthEndpoint? Start(string address)
    {
        if (address.Length == 0)
            return null;
        int colon = address.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(address[(colon + 1)..], out ushort port))
            throw new ToolkitException($"invalid --health-address {address}; give HOST:PORT or :PORT");
        var endpoint = new HealthEndpoint($"http://{(colon == 0 ? "+" : address[..colon])}:{port}/");
        try
        {
            endpoint._listener.Start();
        }
        catch (HttpListenerException failure)
        {
            throw new ToolkitException($"no probe can be answered at {address}: {failure.Message}; choose another --health-address", failure);
        }
        LogOutput? log = Log.Current;
        _ = Task.Run(() => endpoint.AnswerAsync(log));
        Log.Info($"Answering probes at {address}");
        return endpoint;
    }

    /// <summary>Says what the program does now, and whether the node is ready.</summary>
    public void Report(string state, bool isReady)
    {
        _state = state;
        _isReady = isReady;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Close();

    private async Task AnswerAsync(LogOutput? log)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            // After every wait it may be another thread.
            Log.Current = log;
            Answer(context);
        }
    }

    private void Answer(HttpListenerContext context)
    {
        (int status, string text) = context.Request.Url?.AbsolutePath switch
        {
            "/healthz" => (200, _state),
            "/readyz" => (_isReady ? 200 : 503, _state),
            _ => (404, "use /healthz or /readyz"),
        };
        try
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain";
            context.Response.Close(Encoding.UTF8.GetBytes(text + "\n"), willBlock: false);
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException)
        {
            Log.Debug($"a probe went away before its answer: {gone.Message}");
        }
    }
}
