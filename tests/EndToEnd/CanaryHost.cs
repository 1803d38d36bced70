namespace GpuContainers.EndToEnd.Tests;

/// <summary>A simulated host with a canary: a folder outside every container in which nothing may change, and of which no container may see anything.</summary>
public sealed class CanaryHost : IDisposable
{
    internal const string Canary = "/run/canary";
    private const string Secret = "the host's secret";
    private readonly Lazy<SimulatedHost> _host = new(static () => SimulatedHost.Start("h200x2"));

    internal SimulatedHost Host => _host.Value;

    public void Dispose()
    {
        if (_host.IsValueCreated)
            _host.Value.Dispose();
    }

    /// <summary>Makes the canary anew, and a container beside it.</summary>
    internal Container Prepare()
    {
        Host.Shell($"rm -rf {Canary}; mkdir -p {Canary}; echo \"{Secret}\" >{Canary}/secret; chmod 644 {Canary}/secret; touch -d 2020-01-01 {Canary}/secret {Canary}").Succeeded();
        return new Container(Host);
    }

    /// <summary>Nothing was made, changed or removed in the canary, and the output shows nothing of it.</summary>
    internal void AssertUntouched(string output = "")
    {
        string now = Host.Shell($"ls {Canary}; cat {Canary}/secret; stat -c '%Y %a %F' {Canary} {Canary}/secret; date -d 2020-01-01 +%s").Succeeded().Output;
        string[] lines = now.Split('\n');
        Assert.Equal("secret", lines[0]);
        Assert.Equal(Secret, lines[1]);
        Assert.Equal($"{lines[4]} 755 directory", lines[2]);
        Assert.Equal($"{lines[4]} 644 regular file", lines[3]);
        Assert.DoesNotContain(Secret, output, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary + " ", output, StringComparison.Ordinal);
    }
}
