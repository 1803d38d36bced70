namespace GpuContainers.Nri;

/// <summary>A running plugin: connected to its engine, or on the way back to it, until it is disposed of.</summary>
public sealed class NriPlugin : IAsyncDisposable
{
    private readonly NriPluginOptions _options;
    private readonly LogQueue _log;
    private readonly CancellationTokenSource _stopping = new();
    private NriConnection _connection;

    private NriPlugin(NriPluginOptions options, LogQueue log, NriConnection connection)
    {
        _options = options;
        _log = log;
        _connection = connection;
        Completion = StayConnectedAsync();
    }

    /// <summary>Ends when the plugin was stopped, or has lost a connection that it inherited; faults only for a fault of its own.</summary>
    public Task Completion { get; }

    /// <summary>
    /// Connects to the engine and registers. From then on the plugin answers in the background, and comes back to an engine that went away, without limit.
    /// </summary>
    /// <returns>The plugin, taken and configured by the engine. Disposing of it stops it and waits for its last message.</returns>
    /// <exception cref="NriException">There is no socket, nobody listens, or the engine refuses: the first registration is tried once.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> came before the plugin was registered; afterwards it means
    /// nothing.</exception>
    public static async Task<NriPlugin> StartAsync(NriPluginOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        RequireSocket(options);
        LogQueue log = new(options.Log);
        try
        {
            return new NriPlugin(options, log, await NriConnection.OpenAsync(options, log, cancellation).ConfigureAwait(false));
        }
        catch (NriException e)
        {
            await log.DisposeAsync().ConfigureAwait(false);
            throw new NriException($"plugin exited with error: {e.Message}", e);
        }
        catch
        {
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops the plugin: the engine sees its connection end, and it is not made again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        _log.Info("NRI plugin stopped. Stopping all reconnect attempts...");
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _log.DisposeAsync().ConfigureAwait(false);
    }

    private static void RequireSocket(NriPluginOptions options)
    {
        if (options.Descriptor is null && !File.Exists(options.Path))
            throw new NriException(
                $"failed to find valid nri socket at {options.Path}: no such file: the engine does not run, has another socket, or NRI is switched off in it");
    }

    private async Task StayConnectedAsync()
    {
        try
        {
            await UntilLostAsync().ConfigureAwait(false);
            while (_options.Descriptor is null)
            {
                await ReconnectAsync().ConfigureAwait(false);
                await UntilLostAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped while there was no connection.
        }
    }

    private async Task UntilLostAsync()
    {
        await using NriConnection connection = _connection;
        string reason = await connection.Lost.WaitAsync(_stopping.Token).ConfigureAwait(false);
        _log.Debug($"connection to {_options.Path} lost: {reason}");
    }

    // Every attempt has a socket of its own, so that a registration that failed leaves nothing behind (IN-89).
    private async Task ReconnectAsync()
    {
        _log.Info($"NRI ttrpc connection to {_options.Path} is down; attempting to reconnect...");
        for (int attempt = 1; ; attempt++)
        {
            await Task.Delay(_options.ReconnectDelay, _stopping.Token).ConfigureAwait(false);
            _log.Info($"NRI plugin reconnecting to {_options.Path} (attempt {attempt})...");
            try
            {
                _connection = await NriConnection.OpenAsync(_options, _log, _stopping.Token).ConfigureAwait(false);
                _log.Info($"NRI plugin reconnected to {_options.Path}");
                return;
            }
            catch (NriException e)
            {
                _log.Warn($"NRI plugin reconnect failed: {e.Message}");
            }
        }
    }
}

/// <summary>The plugin could not be started, or the engine refused it. The message is one line that names the socket and the reason.</summary>
public sealed class NriException : Exception
{
    internal NriException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
