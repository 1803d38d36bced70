namespace GpuContainers.EndToEnd.Tests;

/// <summary>A simulated host with a canary: a folder outside every container in which nothing may change, and of which no container may see anything.</summary>
public sealed class CanaryHost : IDisposable
{
    internal const string Canary = "/run/canary";
    private const string Secret = "the host's secret";

    // Names, kinds, modes, owners, sizes, times and link texts, the folder's own too, and every content: access times and link counts may change.
    private const string Snapshot = $"cd {Canary} && find . -printf '%p %y %m %U %G %s %T@ %C@ %l\\n' | sort && find . -type f | sort | xargs sha256sum";
    private readonly Lazy<SimulatedHost> _host = new(static () => SimulatedHost.Start("h200x2"));
    private string _before = "";

    internal SimulatedHost Host => _host.Value;

    public void Dispose()
    {
        if (_host.IsValueCreated)
            _host.Value.Dispose();
    }

    /// <summary>Makes the canary anew, and a container beside it.</summary>
    internal Container Prepare()
    {
        PrepareCanary();
        return new Container(Host);
    }

    /// <summary>Makes the canary anew. It has what hooks look for, so that one that is led there finds something to spoil.</summary>
    internal void PrepareCanary()
    {
        _before = Host.Shell($"""
            rm -rf {Canary}; mkdir -p {Canary}/lib {Canary}/deep {Canary}/nvidia {Canary}/compat {Canary}/ld.so.conf.d
            echo "{Secret}" >{Canary}/secret
            cp /proc/driver/nvidia/params {Canary}/params; cp {Canary}/params {Canary}/nvidia/params
            touch {Canary}/file {Canary}/made {Canary}/ld.so.conf {Canary}/ld.so.cache {Canary}/debian_version {Canary}/compat/libcuda.so.999.1 {Canary}/libcuda.so.999.1
            chmod 644 $(find {Canary} -type f)
            touch -d 2020-01-01 $(find {Canary})
            {Snapshot}
            """).Succeeded().Output;
    }

    /// <summary>Nothing was made, changed or removed in the canary, and the output shows nothing of it.</summary>
    internal void AssertUntouched(string output = "")
    {
        Assert.Equal(_before, Host.Shell(Snapshot).Succeeded().Output);
        Assert.DoesNotContain(Secret, output, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary + " ", output, StringComparison.Ordinal);
    }
}
