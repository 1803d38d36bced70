using System.Threading.Channels;

namespace GpuContainers.Nri;

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
