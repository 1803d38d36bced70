using System.Net;
using System.Net.Sockets;
using GpuContainers.Diagnostics;
using GpuContainers.Installer.Lifecycle;

namespace GpuContainers.Installer.Tests.Lifecycle;

/// <summary>Answers for Kubernetes' probes.</summary>
public sealed class HealthEndpointTests
{
    [Fact]
    public async Task A_node_is_alive_at_once_and_ready_when_it_is()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FreePort(out string address)}") };
        using HealthEndpoint health = HealthEndpoint.Start(address)!;
        Assert.Equal((HttpStatusCode.OK, "installing\n"), await AskAsync(client, "/healthz"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "installing\n"), await AskAsync(client, "/readyz"));
        health.Report("ready", isReady: true);
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await AskAsync(client, "/readyz"));
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(client, "/metrics")).Status);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    public void An_address_that_is_none_is_refused(string address)
    {
        ToolkitException refused = Assert.Throws<ToolkitException>(() => HealthEndpoint.Start(address));
        Assert.StartsWith($"invalid --health-address {address}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_taken_ends_the_start_with_its_address()
    {
        using var node = new TestNode();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string address = taken.LocalEndpoint.ToString()!;
        CommandResult result = node.Install("--health-address=" + address);
        Assert.Equal(1, result.Status);
        Assert.Contains($"no probe can be answered at {address}", result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(node.PidFile));
        Assert.False(Directory.Exists(node.ToolkitDir));
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static int FreePort(out string address)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        address = listener.LocalEndpoint.ToString()!;
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
