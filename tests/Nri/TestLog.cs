using System.Threading.Channels;

namespace GpuContainers.Nri.Tests;

/// <summary>Options for plugins of tests, and the messages that they log.</summary>
internal sealed class TestLog
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public void Write(NriLogLevel level, string text) => _lines.Writer.TryWrite($"{level}: {text}");

    /// <summary>The next message that begins so; those before it are dropped.</summary>
    public async Task<string> NextAsync(string beginning)
    {
        while (true)
        {
            string line = await _lines.Reader.ReadAsync(EngineDouble.Guard);
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line;
        }
    }

    /// <summary>All messages that have not been read yet.</summary>
    public IReadOnlyList<string> Rest()
    {
        List<string> rest = [];
        while (_lines.Reader.TryRead(out string? line))
            rest.Add(line);
        return rest;
    }

    public NriPluginOptions Options(string socket) => new()
    {
        Name = "nvidia-ctk-installer",
        Index = 7,
        SocketPath = socket,
        Devices = new DeviceRule(["gpu-operator"]),
        Log = Write,
        ReconnectDelay = TimeSpan.FromMilliseconds(10), // poll
    };
}
