using System.Text.Json;

namespace GpuContainers.Ctk.Tests.Cdi;

/// <summary>A simulated host whose specification `nvidia-ctk cdi refresh` of `make build` keeps.</summary>
internal sealed class RefreshHost : IDisposable
{
    internal const string Specification = "/srv/refresh/nvidia.yaml";

    private RefreshHost(SimulatedHost host) => Host = host;

    internal SimulatedHost Host { get; }

    /// <summary>A host by name; each test has its own, because each changes it.</summary>
    internal static RefreshHost Start(string name)
    {
        var host = new RefreshHost(SimulatedHost.Start(name));
        // A file system of its own, which can be made read-only.
        host.Shell("mkdir -p /srv/refresh && mount -t tmpfs refresh /srv/refresh").Succeeded();
        return host;
    }

    /// <summary>What the last refresh said of the specification.</summary>
    internal string State => Status.GetProperty("state").GetString()!;

    /// <summary>Why it is not current.</summary>
    internal string Message => Status.GetProperty("message").GetString()!;

    private JsonElement Status => JsonDocument.Parse(Shell($"cat {Specification}.status").Succeeded().Output).RootElement;

    /// <summary>The specification.</summary>
    internal string Text => Shell($"cat {Specification}").Succeeded().Output;

    /// <summary>Which file it is, and since when.</summary>
    internal string Identity => Shell($"stat -c '%i %y' {Specification} {Specification}.status").Succeeded().Output;

    /// <summary>Refreshes.</summary>
    internal CommandResult Refresh(params string[] options) => Host.Run(["nvidia-ctk", "cdi", "refresh", "--output", Specification, .. options]);

    /// <summary>Runs a shell script in the host.</summary>
    internal CommandResult Shell(string script) => Host.Shell(script);

    public void Dispose() => Host.Dispose();
}
