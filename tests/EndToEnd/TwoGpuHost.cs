namespace GpuContainers.EndToEnd.Tests;

/// <summary>One simulated host for the tests of a class: two H200 GPUs.</summary>
public sealed class TwoGpuHost : IDisposable
{
    private readonly Lazy<SimulatedHost> _host = new(static () => SimulatedHost.Start("h200x2"));

    internal SimulatedHost Host => _host.Value;

    public void Dispose()
    {
        if (_host.IsValueCreated)
            _host.Value.Dispose();
    }
}
